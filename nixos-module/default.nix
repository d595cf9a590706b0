# services.shoal: a member of a fleet, or the tools of an admin. Options: options.nix; sandboxes: hardening.nix.
# `packages` is what the flake builds, by system.
{ packages }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.shoal;
  isDevice = cfg.role == "device";
  isServer = cfg.role == "coordinator" || cfg.role == "relay";
  runs = isDevice || isServer;
  shell = isDevice && cfg.settings.remoteShell or false;
  hardening = import ./hardening.nix;
  stateDir = "/var/lib/shoal";
  json = pkgs.formats.json { };

  # A wrong key or value fails the build of the system, not its start.
  configFile =
    let
      written = json.generate "shoal-config-unchecked.json" cfg.settings;
      canCheck = pkgs.stdenv.buildPlatform.canExecute pkgs.stdenv.hostPlatform;
    in
    pkgs.runCommand "shoal-config.json" { } ''
      ${lib.optionalString canCheck "${cfg.package}/bin/shoal config check ${written}"}
      cp ${written} $out
    '';

  # Of the account that the daemon has, so that `join` and the daemon own the same files.
  common = {
    User = if isDevice then "root" else "shoal";
    Group = if isDevice then "root" else "shoal";
    StateDirectory = "shoal";
    StateDirectoryMode = "0700";
    CacheDirectory = "shoal";
    CacheDirectoryMode = "0700";
  };
  environment = {
    SHOAL_DIR = stateDir;
    XDG_CACHE_HOME = "/var/cache/shoal";
    # Nix' commands look for their own things in a home.
    HOME = "/var/cache/shoal";
    # Compiled code of the last start: a third of the time of the next.
    NODE_COMPILE_CACHE = "/var/cache/shoal/compile";
  };

  join = lib.concatStringsSep " " (
    [
      "${cfg.package}/bin/shoal join -"
      "--name ${lib.escapeShellArg cfg.name}"
    ]
    ++ lib.optional (cfg.identityFile != null) "--identity ${lib.escapeShellArg (toString cfg.identityFile)}"
  );

  portsOf =
    kind:
    lib.concatMap (
      address:
      let
        found = builtins.match ".*/${kind}/([0-9]+)(/.*)?" address;
      in
      lib.optional (found != null && lib.head found != "0") (lib.toInt (lib.head found))
    ) (cfg.settings.listen or [ ]);
  ports = portsOf "udp" ++ portsOf "tcp";
in
{
  imports = [ (import ./options.nix { inherit packages; }) ];

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      {
        environment.systemPackages = [ cfg.package ];
        assertions = import ./assertions.nix { inherit config lib; };
      }

      (lib.mkIf runs {
        # Who joins by hand has no ticket for it to read.
        systemd.services.shoal-join = lib.mkIf (cfg.ticketFile != null) {
          description = "shoal: joins the fleet";
          wantedBy = [ "multi-user.target" ];
          before = [ "shoal.service" ];
          # Once joined the ticket is not looked at any more and may be removed from the machine.
          unitConfig.ConditionPathExists = "!${stateDir}/member.cbor";
          inherit environment;
          script = ''exec ${join} < "$CREDENTIALS_DIRECTORY/ticket"'';
          serviceConfig =
            hardening.base
            // hardening.join
            // common
            // {
              Type = "oneshot";
              # The ticket may be brought later than the system.
              Restart = "on-failure";
              RestartSec = 30;
              LoadCredential = [ "ticket:${toString cfg.ticketFile}" ];
            };
        };

        systemd.services.shoal = {
          description = "shoal ${cfg.role}";
          wantedBy = [ "multi-user.target" ];
          wants = [
            "network-online.target"
            "shoal-join.service"
          ];
          after = [
            "network-online.target"
            "shoal-join.service"
          ]
          ++ lib.optional isDevice "nix-daemon.socket";
          unitConfig.StartLimitIntervalSec = 0;
          # It is inside the switch that it performs; shoal-refresh brings the new version in afterwards.
          restartIfChanged = !isDevice;
          stopIfChanged = false;
          environment =
            environment
            // {
              SHOAL_PACKAGE = toString cfg.package;
            }
            # The store is the Nix daemon's to write: the sandbox below keeps it read-only for us.
            // lib.optionalAttrs isDevice { NIX_REMOTE = "daemon"; };
          path = [
            pkgs.bash
            pkgs.coreutils
            pkgs.iproute2
          ]
          ++ lib.optionals isDevice [
            config.nix.package
            pkgs.util-linux
          ];
          serviceConfig =
            # A shell for admins is a child of the daemon and is to be root's: no sandbox where it is allowed.
            lib.optionalAttrs (!shell) hardening.base
            // lib.optionalAttrs (!shell) (if isDevice then hardening.device else hardening.server)
            // common
            // {
              Type = "notify";
              # systemd-notify speaks for us: Node cannot send the datagram itself.
              NotifyAccess = "all";
              ExecStartPre = "${pkgs.coreutils}/bin/install -m 0600 ${configFile} ${stateDir}/config.json";
              ExecStart = "${cfg.package}/bin/shoal up";
              Restart = "always";
              RestartSec = 2;
              LoadCredential = lib.mapAttrsToList (name: file: "${name}:${toString file}") cfg.credentials;
            }
            // lib.optionalAttrs (lib.any (port: port < 1024) ports) {
              CapabilityBoundingSet = [ "CAP_NET_BIND_SERVICE" ];
              AmbientCapabilities = [ "CAP_NET_BIND_SERVICE" ];
              # In a user namespace of its own the capability would not count for the host's network.
              PrivateUsers = false;
            };
        };
      })

      (lib.mkIf isServer {
        services.shoal.settings.listen = lib.mkDefault [
          "/ip4/0.0.0.0/udp/${toString cfg.port}/quic-v1"
          "/ip6/::/udp/${toString cfg.port}/quic-v1"
          "/ip4/0.0.0.0/tcp/${toString cfg.port}"
          "/ip6/::/tcp/${toString cfg.port}"
        ];
        networking.firewall = lib.mkIf cfg.openFirewall {
          allowedUDPPorts = lib.unique (portsOf "udp");
          allowedTCPPorts = lib.unique (portsOf "tcp");
        };
        # Not a dynamic user: `restore` and a look by hand need an account that is there while the daemon is not.
        users.users.shoal = {
          isSystemUser = true;
          group = "shoal";
          home = stateDir;
        };
        users.groups.shoal = { };
      })

      (lib.mkIf isDevice {
        # A power cut after an update must not leave empty files that Nix calls valid.
        nix.settings = lib.mkIf (lib.versionAtLeast config.nix.package.version "2.24") {
          fsync-store-paths = lib.mkDefault true;
        };

        systemd.services.shoal-refresh = {
          description = "shoal: brings in the version that the running system has";
          path = [ config.systemd.package ];
          # While an activation is at work its guard runs as a unit beside the daemon: then not now.
          script = ''
            if [ -n "$(systemctl list-units --no-legend --state=active,activating 'shoal-guard-*' 'shoal-activate-*')" ]; then exit 0; fi
            pid=$(systemctl show --property=MainPID --value shoal.service)
            [ "$pid" != 0 ] || exit 0
            wanted=$(systemctl show --property=Environment --value shoal.service | tr ' ' '\n' | grep '^SHOAL_PACKAGE=')
            if ! tr '\0' '\n' < "/proc/$pid/environ" | grep -qxF "$wanted"; then systemctl restart shoal.service; fi
          '';
          serviceConfig.Type = "oneshot";
        };
        systemd.timers.shoal-refresh = {
          wantedBy = [ "timers.target" ];
          timerConfig = {
            OnActiveSec = "15min";
            OnUnitInactiveSec = "15min";
            # A fleet that was updated at once does not reconnect at once.
            RandomizedDelaySec = "15min";
          };
        };
      })
    ]
  );
}
