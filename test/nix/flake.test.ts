// The flake evaluates: against a stand-in for nixpkgs that has what it uses, and only that.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { systemSpawn } from '../../src/host/spawn.ts'

const FLAKE = fileURLToPath(new URL('../../flake.nix', import.meta.url))

const STAND_IN = `
let
  flake = import ${FLAKE};
  lib = {
    genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
    makeBinPath = paths: builtins.concatStringsSep ":" (map (path: "\${path}/bin") paths);
    optionalAttrs = condition: set: if condition then set else { };
    hasSuffix = end: text: builtins.match ".*\${end}" text != null;
    nixosSystem = { modules, specialArgs ? { } }: {
      modulesCount = builtins.length modules;
      named = (builtins.elemAt modules 1) { lib.mkDefault = value: value; };
      config.system.build.etc = { inherit modules; };
    };
    licenses = { mit = "MIT"; asl20 = "Apache-2.0"; };
  };
  derived = kind: arguments: arguments // { type = "derivation"; inherit kind; outPath = "/nix/store/stand-in-\${kind}"; };
  pkgsOf = system: {
    inherit lib;
    stdenv.hostPlatform = { inherit system; extensions.sharedLibrary = ".so"; };
    rustPlatform.buildRustPackage = derived "rust";
    buildNpmPackage = derived "npm";
    importNpmLock = { __functor = self: derived "lock"; npmConfigHook = "hook"; };
    mkShell = derived "shell";
    nodejs_26 = "/nodejs"; makeWrapper = "w"; nix = "/nix"; cargo = "c"; rustc = "r"; clippy = "l"; biome = "b";
  };
  nixpkgs = { inherit lib; legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ] pkgsOf; };
  outputs = flake.outputs { self = outputs; inherit nixpkgs; };
  linux = outputs.packages.x86_64-linux;
in {
  inputs = builtins.attrNames flake.inputs;
  outputs = builtins.attrNames outputs;
  systems = builtins.attrNames outputs.packages;
  package = { inherit (linux.default) kind pname version installPhase; main = linux.default.meta.mainProgram; };
  quic = { inherit (linux.quic) kind pname version; };
  shell = builtins.length outputs.devShells.aarch64-linux.default.packages;
  checks = builtins.attrNames outputs.checks.x86_64-linux;
  checksElsewhere = builtins.attrNames outputs.checks.aarch64-darwin;
  module = builtins.isFunction outputs.nixosModules.default;
  lib = builtins.attrNames outputs.lib;
  fleet = builtins.mapAttrs (_: host: { inherit (host) modulesCount; name = host.named.networking.hostName; }) (outputs.lib.fleet {
    inherit nixpkgs;
    modules = [ { } ];
    hosts.robot-1 = { };
    hosts.robot-2 = [ { } { } ];
  });
}`

test('the flake evaluates and its package is this version', async () => {
  const signal = AbortSignal.timeout(30_000)
  const { code, stdout, stderr } = await systemSpawn.run(
    'nix-instantiate',
    ['--eval', '--strict', '--json', '--readonly-mode', '--option', 'restrict-eval', 'false', '-E', STAND_IN],
    { signal }
  )
  assert.equal(code, 0, stderr)
  const found = JSON.parse(stdout)
  assert.deepEqual(found.outputs, ['checks', 'devShells', 'lib', 'nixosModules', 'packages'])
  assert.deepEqual(found.systems, ['aarch64-darwin', 'aarch64-linux', 'x86_64-darwin', 'x86_64-linux'])
  assert.equal(found.package.main, 'shoal')
  assert.match(found.package.installPhase, /lib\/shoal\/src\/main\.ts/)
  assert.deepEqual(found.quic, { kind: 'rust', pname: 'shoal-quic', version: found.package.version })
  assert.deepEqual(found.checks, ['coordinator', 'device', 'quic', 'shoal'])
  assert.deepEqual(found.checksElsewhere, ['quic', 'shoal'])
  assert.equal(found.module, true)
  assert.deepEqual(found.lib, ['fleet'])
  assert.deepEqual(found.fleet, {
    'robot-1': { modulesCount: 4, name: 'robot-1' },
    'robot-2': { modulesCount: 5, name: 'robot-2' }
  })
})
