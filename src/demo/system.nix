# A small system made of files of this machine, without nixpkgs. `inputs` names a JSON file (src/demo/system.ts).
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
  file = name: path: builtins.path {
    inherit name;
    path = /. + path;
  };

  node = file "node" given.node;
  service = file "service.mjs" given.service;
  answer = builtins.toFile "answer" given.answer;
  files = make "files" ''
    mkdir -p $out
    for file in $files; do ln -s $file $out/; done
  '' { files = map (entry: file entry.name entry.path) given.files; };
in
make "demo-system-${given.version}"
  ''
    mkdir -p $out/bin
    ln -s $files $out/files
    {
      echo "#!/bin/sh"
      echo "version=$version node=$node service=$service answer=$answer fails=$fails"
      cat $script
    } > $out/bin/switch-to-configuration
    chmod +x $out/bin/switch-to-configuration
  ''
  {
    inherit (given) version fails;
    inherit node service answer files;
    script = file "switch-to-configuration.sh" given.script;
  }
