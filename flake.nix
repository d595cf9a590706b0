{
  description = "shoal: a peer-to-peer fleet mesh for NixOS machines";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forAll = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
      version = (builtins.fromJSON (builtins.readFile ./package.json)).version;

      # The QUIC transport: a Node-API addon, built from source so that its crates are the ones of Cargo.lock.
      quicOf =
        pkgs:
        pkgs.rustPlatform.buildRustPackage {
          pname = "shoal-quic";
          inherit version;
          src = ./.;
          cargoLock.lockFile = ./Cargo.lock;
          buildAndTestSubdir = "native/quic";
          installPhase = ''
            runHook preInstall
            install -D -m 555 target/*/release/libshoal_quic${pkgs.stdenv.hostPlatform.extensions.sharedLibrary} \
              $out/lib/shoal-quic.node
            runHook postInstall
          '';
        };

      # Node refuses to strip types under node_modules, where npm's own layout would put us: hence lib/shoal.
      shoalOf =
        pkgs:
        pkgs.buildNpmPackage {
          pname = "shoal";
          inherit version;
          src = ./.;
          nodejs = pkgs.nodejs_26;
          npmDeps = pkgs.importNpmLock { npmRoot = ./.; };
          npmConfigHook = pkgs.importNpmLock.npmConfigHook;
          npmFlags = [
            "--ignore-scripts"
            "--omit=dev"
            "--omit=optional"
          ];
          dontNpmBuild = true;
          nativeBuildInputs = [ pkgs.makeWrapper ];
          installPhase = ''
            runHook preInstall
            mkdir -p $out/lib/shoal/native/quic $out/bin
            cp -r src node_modules package.json $out/lib/shoal/
            cp ${quicOf pkgs}/lib/shoal-quic.node $out/lib/shoal/native/quic/
            makeWrapper ${pkgs.nodejs_26}/bin/node $out/bin/shoal \
              --add-flags --disable-warning=ExperimentalWarning \
              --add-flags --disallow-code-generation-from-strings \
              --add-flags $out/lib/shoal/src/main.ts \
              --prefix PATH : ${pkgs.lib.makeBinPath [ pkgs.nix ]}
            runHook postInstall
          '';
          meta = {
            description = "A peer-to-peer fleet mesh for NixOS machines";
            license = with pkgs.lib.licenses; [
              mit
              asl20
            ];
            mainProgram = "shoal";
          };
        };
    in
    {
      packages = forAll (pkgs: {
        default = shoalOf pkgs;
        shoal = shoalOf pkgs;
        quic = quicOf pkgs;
      });

      devShells = forAll (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.nodejs_26
            pkgs.cargo
            pkgs.rustc
            pkgs.clippy
            pkgs.biome
          ];
        };
      });

      # services.shoal: nixos-module/options.nix.
      nixosModules.default = import ./nixos-module { inherit (self) packages; };

      lib = {
        # `nixosConfigurations` of a fleet: every host is a device of its own name, unless it says otherwise.
        #   nixosConfigurations = shoal.lib.fleet {
        #     inherit nixpkgs;
        #     modules = [ ./common.nix ];
        #     hosts.robot-1 = ./robot-1.nix;
        #     hosts.robot-2 = { nixpkgs.hostPlatform = "aarch64-linux"; … };
        #   };
        # `shoal publish .` then builds and publishes all of them.
        fleet =
          {
            nixpkgs,
            hosts,
            modules ? [ ],
            specialArgs ? { },
          }:
          builtins.mapAttrs (
            name: host:
            nixpkgs.lib.nixosSystem {
              inherit specialArgs;
              modules = [
                self.nixosModules.default
                (
                  { lib, ... }:
                  {
                    networking.hostName = lib.mkDefault name;
                    services.shoal.enable = lib.mkDefault true;
                  }
                )
              ]
              ++ modules
              ++ (if builtins.isList host then host else [ host ]);
            }
          ) hosts;
      };

      checks = forAll (
        pkgs:
        let
          inherit (pkgs.stdenv.hostPlatform) system;
          units =
            role:
            (nixpkgs.lib.nixosSystem {
              modules = [
                self.nixosModules.default
                {
                  nixpkgs.hostPlatform = system;
                  # Enough of a machine to have units.
                  boot.isContainer = true;
                  services.shoal = {
                    enable = true;
                    inherit role;
                    ticketFile = "/run/secrets/ticket";
                  };
                }
              ];
            }).config.system.build.etc;
        in
        {
          inherit (self.packages.${system}) shoal quic;
        }
        // nixpkgs.lib.optionalAttrs (nixpkgs.lib.hasSuffix "-linux" system) {
          device = units "device";
          coordinator = units "coordinator";
        }
      );
    };
}
