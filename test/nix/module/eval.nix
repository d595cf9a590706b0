# Evaluates services.shoal with `configuration`, a JSON text, in a stand-in of NixOS: the options that the module sets or reads, typed
# as they are there. `nixpkgsLib` is the path of nixpkgs' own lib, or null for the small one beside this.
{
  module,
  configuration,
  nixpkgsLib ? null,
}:
let
  lib = if nixpkgsLib == null then import ./lib.nix else import nixpkgsLib;
  inherit (lib) mkOption types;
  derived = name: attributes: attributes // {
    type = "derivation";
    inherit name;
    outPath = "/nix/store/stand-in-${name}";
    __toString = self: self.outPath;
  };
  json = types.attrsOf types.anything;
  platform = {
    system = "x86_64-linux";
    canExecute = _: true;
  };
  pkgs = {
    stdenv = {
      hostPlatform = platform;
      buildPlatform = platform;
    };
    bash = derived "bash" { };
    coreutils = derived "coreutils" { };
    iproute2 = derived "iproute2" { };
    util-linux = derived "util-linux" { };
    formats.json = _: {
      type = json;
      generate = name: value: derived name { inherit value; };
    };
    runCommand = name: _: script: derived name { inherit script; };
  };
  some =
    type: default:
    mkOption {
      inherit type default;
    };
  strings = some (types.listOf types.str) [ ];
  unit = {
    description = some types.str "";
    wantedBy = strings;
    wants = strings;
    after = strings;
    before = strings;
    unitConfig = some (types.attrsOf types.anything) { };
  };
  nixos = {
    options = {
      assertions = some (types.listOf types.anything) [ ];
      environment.systemPackages = some (types.listOf types.package) [ ];
      networking.hostName = some types.str "nixos";
      networking.firewall.allowedUDPPorts = some (types.listOf types.port) [ ];
      networking.firewall.allowedTCPPorts = some (types.listOf types.port) [ ];
      nix.package = some types.package (derived "nix" { version = "2.31.6"; });
      nix.settings = some (types.attrsOf types.anything) { };
      systemd.package = some types.package (derived "systemd" { });
      systemd.services = some (types.attrsOf (types.submodule {
        options = unit // {
          environment = some (types.attrsOf types.str) { };
          path = some (types.listOf types.package) [ ];
          script = some types.lines "";
          serviceConfig = some (types.attrsOf types.anything) { };
          restartIfChanged = some types.bool true;
          stopIfChanged = some types.bool true;
        };
      })) { };
      systemd.timers = some (types.attrsOf (types.submodule {
        options = unit // {
          timerConfig = some (types.attrsOf types.anything) { };
        };
      })) { };
      users.users = some (types.attrsOf types.anything) { };
      users.groups = some (types.attrsOf types.anything) { };
    };
  };
  packages.x86_64-linux.shoal = derived "shoal" { };
  evaluated = lib.evalModules {
    specialArgs = { inherit pkgs; };
    modules = [
      nixos
      (import module { inherit packages; })
      { config = builtins.fromJSON configuration; }
    ];
  };
  inherit (evaluated) config options;
  shown = value: if builtins.isAttrs value && value ? outPath then value.outPath else value;
  wrong = builtins.filter (each: !each.assertion) config.assertions;
in
{
  failed = map (each: each.message) wrong;
  # As NixOS does, nothing more is made of a configuration with a failed assertion.
  result =
    if wrong != [ ] then
      null
    else
      {
        services = builtins.mapAttrs (_: service: service // { path = map shown service.path; }) config.systemd.services;
        inherit (config.systemd) timers;
        inherit (config.networking) firewall;
        inherit (config) users;
        nix = config.nix.settings;
        packages = map shown config.environment.systemPackages;
      };
  options = builtins.mapAttrs (_: option: {
    description = option.description or "";
    type = option.type.description;
    hasDefault = option ? default;
  }) options.services.shoal;
}
