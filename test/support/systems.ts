/** Systems of a few kB, built with real Nix, whose scripts do what files in /run tell them. */

import { randomBytes } from 'node:crypto'

export interface SystemSpec {
  readonly version: string
  /** `activate`: a plain profile with an `activate` script. */
  readonly kind?: 'nixos' | 'activate' | 'inert'
  /** What `system` says; absent: nothing. */
  readonly system?: string
  /** Bytes that do not compress, in the file of its own. */
  readonly bytes?: number
  /** Names of further paths that it refers to, each the same wherever it is named. */
  readonly packages?: readonly string[]
}

const SCRIPT = `
action=\${1-activate}
echo "$action $version" >> /run/activations
gate=/run/gate-$action-$version
if [ -p "$gate" ]; then read -r _ < "$gate"; fi
code=0
if [ -f "/run/code-$action-$version" ]; then read -r code < "/run/code-$action-$version"; fi
echo "$action of $version ends with $code"
case $action-$code in
  switch-0 | test-0 | test-4) ln -sfn "$toplevel" /run/current-system ;;
esac
exit "$code"
`

/** A flake without inputs, for machines of `system`: each of `hosts` is a Nix expression of a toplevel, over `make` (below). */
export const fleetFlake = (hosts: Readonly<Record<string, string>>, path: string, system: string): string => `
  { outputs = { self }: ${letMake(path, text(system))} in {
      nixosConfigurations = builtins.mapAttrs
        (name: toplevel: { config.system.build = { inherit toplevel; }; })
        { ${Object.entries(hosts)
          .map(([name, toplevel]) => `${text(name)} = ${toplevel};`)
          .join(' ')} };
    }; }`

/** A list of derivations, one for each spec. Every version refers to a file of its own and to one that all share. */
export function systemsExpression(specs: readonly SystemSpec[], path: string): string {
  const items = specs.map(({ version, kind = 'nixos', system = '', bytes = 0, packages = [] }) => {
    const file = { nixos: 'bin/switch-to-configuration', activate: 'activate', inert: 'nothing' }[kind]
    const content = `only in ${version}\n${randomBytes(bytes).toString('base64')}`
    const others = packages.map((name) => ` + builtins.toFile ${text(name)} ${text(`this is ${name}`)}`)
    return `(make ${text(version)} ${text(file)} ${text(system)} (${text(content)}${others.join('')}))`
  })
  return `${letMake(path, 'builtins.currentSystem')} in [ ${items.join(' ')} ]`
}

/** Binds `make VERSION FILE SYSTEM CONTENT`: a toplevel that says it is for `SYSTEM`, built on `machine` (an expression). */
function letMake(path: string, machine: string): string {
  return `
    let
      shared = builtins.toFile "shared" "the same in every version\\n";
      script = builtins.toFile "script" ${text(SCRIPT)};
      make = version: file: machine: content: derivation {
        name = "system-\${version}";
        system = ${machine};
        builder = "/bin/sh";
        PATH = ${text(path)};
        inherit version file machine shared script;
        own = builtins.toFile "own-\${version}" content;
        args = [ "-euc" ''
          mkdir -p $out/bin
          ln -s $shared $out/shared
          ln -s $own $out/own
          if [ -n "$machine" ]; then printf %s "$machine" > $out/system; fi
          { echo "#!/bin/sh"; echo "version=$version toplevel=$out"; cat $script; } > $out/$file
          chmod +x $out/$file
        '' ];
      };`
}

/** A Nix string. */
const text = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('${', '\\${')}"`
