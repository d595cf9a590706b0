/** Completions for bash, zsh and fish, made from the commands as they are. */

import type { Command, Option } from 'commander'
import { UsageError } from '../base/errors.ts'
import { ACTIONS } from '../model/offer.ts'
import { ROLES } from '../model/peer.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** What may stand at a place: one of some words, a file, a directory, or what only the person knows. */
type Value =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'directory' | 'other' }

interface Flag {
  readonly long: string
  readonly text: string
  /** Null for one that takes no value. */
  readonly value: Value | null
}

interface Place {
  /** `shoal/rollout/show`. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly text: string }[]
  readonly flags: readonly Flag[]
  readonly argument: Value
}

const VALUES: Readonly<Record<string, Value>> = {
  '--role': { kind: 'words', words: ROLES },
  '--action': { kind: 'words', words: ACTIONS },
  '--dir': { kind: 'directory' },
  '--identity': { kind: 'file' }
}
const ARGUMENTS: Readonly<Record<string, Value>> = {
  shell: { kind: 'words', words: SHELLS },
  file: { kind: 'file' },
  what: { kind: 'file' }
}

/** The script for a shell. Throws UsageError (`shell`). */
export function completionScript(program: Command, shell: string): string {
  const places = placesOf(program, program.name())
  if (shell === 'bash') return bash(places)
  if (shell === 'zsh') return zsh(places)
  if (shell === 'fish') return fish(places)
  throw new UsageError('shell', `no completions for ${shell}`, { hint: `one of ${SHELLS.join(', ')}` })
}

/** Every command of the program with what may stand behind it. */
export function placesOf(command: Command, path: string): Place[] {
  const [argument] = command.registeredArguments
  const place = {
    path,
    commands: command.commands.map((each) => ({ name: each.name(), text: each.description() })),
    flags: [...command.options.map(flagOf), { long: '--help', text: 'show help', value: null }],
    argument: ARGUMENTS[argument?.name() ?? ''] ?? { kind: 'other' as const }
  }
  return [place, ...command.commands.flatMap((each) => placesOf(each, `${path}/${each.name()}`))]
}

function flagOf({ long, flags, description, required, optional }: Option): Flag {
  const takesValue = required || optional
  const name = long ?? flags
  return { long: name, text: description, value: takesValue ? (VALUES[name] ?? { kind: 'other' }) : null }
}

/** Flags that take a value; a flag does so everywhere or nowhere. */
const valued = (places: readonly Place[]): Map<string, Value> =>
  new Map(
    places.flatMap(({ flags }) => flags.flatMap(({ long, value }) => (value == null ? [] : [[long, value]])))
  )

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
const below = (places: readonly Place[]): string =>
  places
    .slice(1)
    .map(({ path }) => path)
    .join('|')

/** What bash and zsh write alike: from the words before the cursor the command, then what may stand there. */
function walk(places: readonly Place[], cases: readonly string[], offer: (value: Value) => string): string {
  const all = valued(places)
  return `    case $word in
      --) ${offer({ kind: 'other' })}; return ;;
      ${[...all.keys()].join('|')}) ((i++)); continue ;;
      -*) continue ;;
    esac
    case $where/$word in ${below(places)}) where=$where/$word ;; esac
  done
  case $before in
${[...all].map(([long, value]) => `    ${long}) ${offer(value)}; return ;;`).join('\n')}
  esac
  case $where in
${cases.join('\n')}
  esac
}`
}

function bash(places: readonly Place[]): string {
  const reply = (value: Value): string => {
    if (value.kind === 'words') return `COMPREPLY=($(compgen -W ${quoted(value.words.join(' '))} -- "$cur"))`
    if (value.kind === 'other') return 'COMPREPLY=()'
    return `COMPREPLY=($(compgen ${value.kind === 'file' ? '-f' : '-d'} -- "$cur")); compopt -o filenames 2> /dev/null`
  }
  const cases = places.map(({ path, commands, flags, argument }) => {
    const words = commands.map(({ name }) => name).join(' ')
    const plain =
      commands.length > 0 ? `COMPREPLY=($(compgen -W ${quoted(words)} -- "$cur"))` : reply(argument)
    const long = quoted(flags.map((flag) => flag.long).join(' '))
    return `    ${path}) if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W ${long} -- "$cur")); else ${plain}; fi ;;`
  })
  return `# Completions of shoal for bash: source <(shoal completion bash)
_shoal() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} where=shoal word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
${walk(places, cases, reply)}
complete -F _shoal shoal
`
}

function zsh(places: readonly Place[]): string {
  const list = (items: readonly (readonly [string, string])[]): string =>
    items.map(([name, text]) => quoted(`${name}:${text}`)).join(' ')
  const add = (value: Value): string => {
    if (value.kind === 'words') return `compadd -- ${value.words.join(' ')}`
    return { file: '_files', directory: '_files -/', other: 'return 1' }[value.kind]
  }
  const cases = places.map(
    ({ path, commands, flags, argument }) => `    ${path})
      flags=(${list(flags.map(({ long, text }) => [long, text]))})
      commands=(${list(commands.map(({ name, text }) => [name, text]))})
      if [[ $PREFIX == -* ]]; then _describe -o flag flags
      elif (( $#commands )); then _describe command commands
      else ${add(argument)}; fi ;;`
  )
  return `#compdef shoal
# Completions of shoal for zsh: source <(shoal completion zsh), or a file _shoal on fpath
_shoal() {
  local where=shoal word before=\${words[CURRENT-1]}
  local -i i
  local -a flags commands
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
${walk(places, cases, add)}
if [[ $funcstack[1] == _shoal ]]; then _shoal "$@"; else compdef _shoal shoal; fi
`
}

function fish(places: readonly Place[]): string {
  const text = (words: string): string => `'${words.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const take = (value: Value | null): string => {
    if (value == null) return ''
    if (value.kind === 'words') return ` -x -a ${text(value.words.join(' '))}`
    return { file: ' -r -F', directory: " -x -a '(__fish_complete_directories)'", other: ' -x' }[value.kind]
  }
  const lines = places.flatMap(({ path, commands, flags, argument }) => {
    const at = `complete -c shoal -n 'test (__shoal_where) = ${path}'`
    return [
      ...commands.map(({ name, text: what }) => `${at} -a ${name} -d ${text(what)}`),
      ...flags.map(
        ({ long, text: what, value }) => `${at} -l ${long.slice(2)}${take(value)} -d ${text(what)}`
      ),
      ...(argument.kind === 'words' ? [`${at} -a ${text(argument.words.join(' '))}`] : []),
      ...(argument.kind === 'file' ? [`${at} -F`] : [])
    ]
  })
  return `# Completions of shoal for fish: shoal completion fish | source
function __shoal_where
    set -l where shoal
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${[...valued(places).keys()].join(' ')}
                set skip 1
            case '-*'
            case '*'
                if contains -- $where/$word ${below(places).replaceAll('|', ' ')}
                    set where $where/$word
                end
        end
    end
    echo $where
end
complete -c shoal -f
${lines.join('\n')}
`
}
