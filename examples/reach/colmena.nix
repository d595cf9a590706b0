# A hive for Colmena: `colmena apply --on robot-7` goes through the mesh. Run `shoal up` on the admin's machine.
{
  meta.nixpkgs = <nixpkgs>;

  robot-7 = {
    deployment = {
      targetHost = "robot-7.fleet";
      targetUser = "root";
    };
    imports = [ ./robot-7.nix ];
  };
}
