# The options of services.shoal.
{ packages }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
in
{
  options.services.shoal = {
    enable = lib.mkEnableOption "shoal, a peer-to-peer fleet mesh";

    package = mkOption {
      type = types.package;
      default = packages.${pkgs.stdenv.hostPlatform.system}.shoal;
      defaultText = lib.literalExpression "shoal.packages.\${system}.shoal";
      description = "The shoal that runs and is on PATH.";
    };

    role = mkOption {
      type = types.enum [
        "device"
        "coordinator"
        "relay"
        "admin"
      ];
      default = "device";
      description = ''
        What this machine is in the fleet; the ticket must be for the same role. `admin` installs the tools and runs no daemon.
      '';
    };

    name = mkOption {
      type = types.str;
      default = config.networking.hostName;
      defaultText = lib.literalExpression "config.networking.hostName";
      description = "Name of this member. Fixed by the certificate once joined.";
    };

    ticketFile = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/run/secrets/shoal-ticket";
      description = ''
        A file with the ticket by which this machine joins. Read as a systemd credential until it has joined; the file
        may be removed after that. Must not lie in the Nix store.
      '';
    };

    joinByHand = mkOption {
      type = types.bool;
      default = false;
      description = "No ticket: `shoal join` is, or has been, run on the machine. The daemon waits for that.";
    };

    identityFile = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/etc/ssh/ssh_host_ed25519_key";
      description = ''
        An OpenSSH Ed25519 host key to be this member's identity, so that a machine keeps its own over a reinstall. The
        default is a key of its own, made when it joins. The file must be readable for the daemon: root's for a device.
      '';
    };

    settings = mkOption {
      type = (pkgs.formats.json { }).type;
      default = { };
      example = lib.literalExpression ''{ healthCommand = [ "systemctl" "is-active" "robot" ]; }'';
      description = ''
        `config.json` (docs/operations.md lists the keys). It is checked when the system is built. A device that is already running reads
        it at its next start.
      '';
    };

    port = mkOption {
      type = types.port;
      default = 4711;
      description = "Port of a coordinator or relay, for UDP (QUIC) and TCP, unless `settings.listen` says otherwise.";
    };

    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Opens the ports of `settings.listen` of a coordinator or relay. A device needs none.";
    };

    credentials = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example = lib.literalExpression ''{ webhook = "/run/secrets/shoal-webhook"; }'';
      description = ''
        Secrets by name: each file is handed to the daemon as the systemd credential `/run/credentials/shoal.service/NAME`, which is what
        `settings` then names. Must not lie in the Nix store.
      '';
    };
  };
}
