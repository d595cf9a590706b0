#!/bin/sh
# Builds here and switches a device, through the mesh: nixos-rebuild.sh robot-7
set -eu
exec nixos-rebuild switch --flake ".#$1" --target-host "root@$1.fleet"
