# What would be found out at run time only, or never, and is wrong all the same.
{ config, lib }:
let
  cfg = config.services.shoal;
  runs = cfg.role != "admin";
  inStore = file: file != null && lib.hasPrefix builtins.storeDir (toString file);
  secrets = [
    "ticketFile"
    "identityFile"
  ];
in
[
  {
    assertion = !runs || cfg.ticketFile != null || cfg.joinByHand;
    message = ''
      services.shoal: a ${cfg.role} needs a ticket to join the fleet, and services.shoal.ticketFile is not set.
      Make one with 'shoal ticket --role ${cfg.role}' on the admin's machine, bring it to this one as a secret (a file such as
      /run/secrets/shoal-ticket, never in the Nix store) and name that file; or set services.shoal.joinByHand = true and run 'shoal join' there.
    '';
  }
  {
    assertion = builtins.match "[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?" cfg.name != null;
    message = ''
      services.shoal.name = "${cfg.name}" is no name of a member: 1 to 64 of a-z 0-9 . _ - that begin and end with a letter or a digit.
      It is networking.hostName unless set.
    '';
  }
  {
    assertion = cfg.role != "admin" || cfg.ticketFile == null;
    message = ''
      services.shoal.role = "admin" installs the tools and runs nothing: 'shoal init' or 'shoal join' is run by the person whose fleet it is.
      Remove services.shoal.ticketFile.
    '';
  }
  {
    assertion = !(cfg.settings ? healthCommand) || cfg.role == "device";
    message = "services.shoal.settings.healthCommand is looked at by a device only; this is a ${cfg.role}.";
  }
  {
    assertion = lib.hasPrefix "/nix/var/nix/profiles/" (cfg.settings.profile or "/nix/var/nix/profiles/system");
    message = "services.shoal.settings.profile must lie in /nix/var/nix/profiles: the unit's sandbox lets it write there only.";
  }
  {
    assertion = cfg.identityFile == null || cfg.role == "device";
    message = ''
      services.shoal.identityFile is for devices, whose daemon is root's: a ${cfg.role} runs as the user shoal and could not read it.
    '';
  }
]
++ map (name: {
  assertion = !inStore cfg.${name};
  message = ''
    services.shoal.${name} lies in the Nix store, which every user and every binary cache can read. Name a file that is brought
    to the machine as a secret, as a string: ${name} = "/run/secrets/…", not a path literal.
  '';
}) secrets
++ lib.mapAttrsToList (name: file: {
  assertion = !inStore file;
  message = "services.shoal.credentials.${name} lies in the Nix store, which everybody can read.";
}) cfg.credentials
