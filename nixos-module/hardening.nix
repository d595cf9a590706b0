# The sandboxes. `base` is for everything; what a part does not take of it, or needs beyond, is named with its reason.
{
  base = {
    CapabilityBoundingSet = "";
    LockPersonality = true;
    NoNewPrivileges = true;
    PrivateDevices = true;
    PrivateTmp = true;
    ProtectClock = true;
    ProtectControlGroups = true;
    ProtectHome = true;
    ProtectHostname = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    ProtectProc = "invisible";
    ProtectSystem = "strict";
    RemoveIPC = true;
    RestrictNamespaces = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
    SystemCallErrorNumber = "EPERM";
    # @pkey: V8 guards its code pages with protection keys. MemoryDenyWriteExecute is out: V8 compiles at run time.
    SystemCallFilter = [
      "@system-service"
      "@pkey"
      "~@privileged"
      "~@resources"
    ];
    UMask = "0077";
  };

  # Reads a ticket, writes a few files.
  join = {
    IPAddressDeny = "any";
    PrivateNetwork = true;
    ProcSubset = "pid";
    RestrictAddressFamilies = "AF_UNIX";
  };

  server = {
    # AF_NETLINK: watches links and addresses. AF_UNIX: control socket, systemd-notify.
    RestrictAddressFamilies = [
      "AF_INET"
      "AF_INET6"
      "AF_NETLINK"
      "AF_UNIX"
    ];
    PrivateUsers = true;
  };

  device = {
    RestrictAddressFamilies = [
      "AF_INET"
      "AF_INET6"
      "AF_NETLINK"
      "AF_UNIX"
    ];
    # It sets the system profile and holds GC roots; the store itself is written by the Nix daemon. Activation and the guard run in units
    # of their own, by systemd-run, outside of this sandbox.
    ReadWritePaths = [
      "/nix/var/nix/gcroots"
      "/nix/var/nix/profiles"
    ];
    # Its own user is root: links in those two directories are root's, and systemd-run asks for root.
    # It looks whether the activation that it began, in another unit, still runs; and which boot this is (/proc/sys).
    ProtectProc = "default";
    # SSH host keys as identity are under /etc; a health command may look at a home.
    ProtectHome = "read-only";
    # Nix and SQLite give files to their owner when run by root.
    SystemCallFilter = [
      "@system-service"
      "@pkey"
      "@chown"
      "~@resources"
    ];
  };
}
