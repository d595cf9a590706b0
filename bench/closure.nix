# A closure of real files for the benches, without nixpkgs. `inputs` names a JSON file (bench/closure.ts).
{ inputs }:
let
  given = builtins.fromJSON (builtins.readFile (/. + inputs));
  make =
    name: script: attributes:
    derivation (
      {
        inherit name;
        system = builtins.currentSystem;
        builder = "/bin/sh";
        args = [ "-euc" script ];
        PATH = given.path;
      }
      // attributes
    );
  package =
    { name, source, references, salt }:
    make name
      ''
        cp -r $source $out
        chmod u+w $out
        echo $references $salt > $out/references
      ''
      {
        inherit salt;
        references = map (builtins.elemAt packages) references;
        source = builtins.path {
          name = "source";
          path = /. + source;
        };
      };
  packages = map package given.packages;
  environment = make "environment" ''
    mkdir $out
    for package in $packages; do ln -s $package $out/; done
  '' { inherit packages; };
in
make "bench-system"
  ''
    mkdir -p $out/bin
    ln -s $environment $out/sw
    printf '#!/bin/sh\nexit 0\n' > $out/bin/switch-to-configuration
    chmod +x $out/bin/switch-to-configuration
  ''
  { inherit environment; }
