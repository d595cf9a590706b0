# Outputs of a flake for deploy-rs, whose `deploy .#robot-7` goes through the mesh. Needs `shoal up` on the admin's machine: the
# activation and its waiter are two connections at the same time.
{ self, deploy-rs }:
{
  deploy.nodes.robot-7 = {
    hostname = "robot-7.fleet";
    sshUser = "root";
    # A device behind a relay takes longer to confirm than one on the LAN.
    confirmTimeout = 60;
    profiles.system = {
      user = "root";
      path = deploy-rs.lib.x86_64-linux.activate.nixos self.nixosConfigurations.robot-7;
    };
  };
}
