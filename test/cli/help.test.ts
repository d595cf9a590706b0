// Every command says what it does, and documents name no command and no flag that is not there.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'

const ROOT = join(import.meta.dirname, '../..')
const program = createProgram()

const walk = (command: Command, path: string): [string, Command][] =>
  command.commands.flatMap((each) => {
    const name = `${path} ${each.name()}`
    return [[name, each] as [string, Command], ...walk(each, name)]
  })
const commands = walk(program, 'shoal')
const byPath = new Map(commands)

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => void (text += part) })
  command.outputHelp()
  return text
}

describe.each(commands)('%s', (path, command) => {
  test('one line, usage, flags, an example that it takes', () => {
    const description = command.description()
    assert.match(description, /^[a-z][^\n]{10,110}$/, 'one line')
    for (const option of command.options)
      assert.ok(option.description.length > 2, `${option.flags} says nothing`)
    for (const argument of command.registeredArguments) {
      assert.ok(argument.description.length > 2, `${argument.name()} says nothing`)
    }
    const help = helpOf(command)
    assert.match(help, new RegExp(`^Usage: ${path}`))
    for (const flag of ['--dir', '--json', '--timeout', '--help']) assert.ok(help.includes(flag), flag)
    const examples = help.split(/\nExamples?:\n/)[1] ?? ''
    const lines = examples.split('\n').filter((line) => line.trim() !== '')
    assert.ok(lines.length > 0, 'no example')
    assert.ok(
      lines.some((line) => line.includes(path)),
      `no example of ${path}`
    )
    for (const line of lines) assert.deepEqual(faultsOf(line), [])
  })
})

/** Commands and flags in a text, `shoal …` each, that the program does not have. */
function faultsOf(text: string): string[] {
  const faults: string[] = []
  for (const [, rest = ''] of text.matchAll(/(?<![\w./$-])(?:\.\/)?shoal ([^\n`'";|)]*)/g)) {
    const words = rest.trim().split(/\s+/)
    let path = 'shoal'
    let isInside = true
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? ''
      if (word === '--' || word === '&&' || word === '#' || /^(>|\$\()/.test(word)) break
      if (word.startsWith('--')) {
        const flag = word.replace(/[=.,…].*$/, '')
        const options = [...(byPath.get(path) ?? program).options, ...program.options]
        const known = options.find(({ long }) => long === flag)
        if (known == null && flag !== '--help') faults.push(`${path} ${flag}`)
        if (known?.required === true) at++
      } else if (isInside && byPath.has(`${path} ${word}`)) {
        path = `${path} ${word}`
      } else {
        isInside = false
        if (path === 'shoal' && /^[a-z][a-z-]*$/.test(word)) {
          faults.push(`shoal ${word}`)
          break
        }
      }
    }
  }
  return faults
}

test('documents name what is there', () => {
  const documents = ['README.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: ROOT })]
  for (const file of documents) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    const code = [...text.matchAll(/^ {4,}(.+)$|`([^`\n]+)`/gm)].map(([, block, span]) => block ?? span ?? '')
    for (const line of code) assert.deepEqual(faultsOf(line), [], `${file}: ${line}`)
  }
  assert.deepEqual(faultsOf('shoal conjure x'), ['shoal conjure'])
  assert.deepEqual(faultsOf('shoal rollout 1.4 --on x --slowly'), ['shoal rollout --slowly'])
})

test('hints name what is there', () => {
  for (const file of globSync('src/**/*.ts', { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    for (const [, hint = ''] of text.matchAll(/hint: [`'"](.*)[`'"]/g)) {
      assert.deepEqual(faultsOf(hint), [], `${file}: ${hint}`)
    }
  }
})
