/** rollout, rollback. */

import type { Command } from 'commander'
import { UnreachableError, UsageError } from '../base/errors.ts'
import type { Control } from '../daemon/control.ts'
import type { RolloutView } from '../model/control.ts'
import { ACTIONS } from '../model/offer.ts'
import type { CommandContext, CommonOptions } from './command.ts'
import { ask, followAgain, limited, runCommand, withControl } from './command.ts'
import { EXIT, exitCodeOfRollout } from './exit.ts'
import { clean, coloured, pageSize, table } from './output.ts'
import type { PlanOptions } from './rollout-plan.ts'
import { addPlanFlags, planFrom } from './rollout-plan.ts'
import { rolloutNews, rolloutRows } from './rollout-rows.ts'

export function addRolloutCommands(program: Command): void {
  addRollout(program)
  program
    .command('rollback')
    .description('send devices back to an earlier release')
    .argument('<selector>', "devices: a name, a glob ('lyon-*'), key=value, @tag; '*' is all")
    .option('--to <release>', 'release, version or toplevel (default: the one before)')
    .option('--wait', 'wait for the outcome')
    .addHelpText('after', "\nExample:\n  shoal rollback 'lyon-*' --to 1.3 --wait")
    .action(async (selector: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { to?: string; wait?: boolean }>()
      await runCommand(
        options,
        async (context) =>
          await withControl(context, async (control) => {
            const body = { selector, to: options.to ?? null }
            const view = await ask(control, 'rollback', body, limited(context, waitless(options)))
            return await conclude(context, control, view, options.wait === true)
          })
      )
    })
}

const waitless = (options: { wait?: boolean }): number | null => (options.wait === true ? null : 30)

interface RolloutOptions extends CommonOptions, PlanOptions {
  readonly on: string
  readonly action: string
  readonly wait?: boolean
  readonly again?: boolean
}

function addRollout(program: Command): void {
  const rollout = program
    .command('rollout')
    .description('sign an offer of a release and start it')
    .argument('<release>', 'release (r-…), version, or published toplevel')
    .option('--on <selector>', "devices: a name, a glob ('lyon-*'), key=value, @tag, ! & ,", '*')
    .option('--action <action>', ACTIONS.join(', '), 'switch')
    .option('--wait', 'wait until every device has an outcome; the exit code tells it')
    .option('--again', 'also on devices that rolled this release back before')
    .addHelpText(
      'after',
      "\nExamples:\n  shoal rollout 1.4 --on 'site=lyon' --wait\n  shoal rollout 1.4 --canary 1 --wave 10%,100% --soak 10m --max-failures 2 --wait"
    )
  addPlanFlags(rollout)
  rollout.action(async (release: string, _: unknown, command: Command) => {
    const options = command.optsWithGlobals<RolloutOptions>()
    await runCommand(options, async (context) => {
      const action = ACTIONS.find((each) => each === options.action)
      if (action == null) {
        throw new UsageError('action', `no action ${options.action}`, {
          hint: `one of ${ACTIONS.join(', ')}`
        })
      }
      const { on: selector } = options
      const plan = planFrom(options)
      const body = { release, selector, action, kind: 'update', plan, again: options.again === true }
      return await withControl(context, async (control) => {
        const view = await ask(control, 'rollout.begin', body, limited(context, waitless(options)))
        return await conclude(context, control, view, options.wait === true)
      })
    })
  })
  rollout
    .command('list')
    .description('rollouts, newest first')
    .addHelpText('after', '\nExample:\n  shoal rollout list')
    .action(async (_: unknown, command: Command) => {
      await runCommand(command.optsWithGlobals(), async (context) => {
        const document = await withControl(
          context,
          async (control) => await ask(control, 'rollouts', {}, limited(context))
        )
        if (context.out.isJson) context.out.json(document)
        else for (const line of rolloutTable(document.rollouts)) context.out.line(line)
        return EXIT.ok
      })
    })
  for (const [verb, method, description] of [
    ['show', 'rollout', 'one rollout with its devices'],
    ['pause', 'rollout.pause', 'offer nobody anything until it is resumed; what has begun goes on'],
    ['resume', 'rollout.resume', 'go on with one that is paused, or that halted: what has failed is borne'],
    ['abort', 'rollout.abort', 'stop a rollout: devices that have not begun to activate stay as they are']
  ] as const) {
    rollout
      .command(verb)
      .description(description)
      .argument('<id>', 'id of the rollout (o-…)')
      .addHelpText('after', `\nExample:\n  shoal rollout ${verb} o-7fq3…`)
      .action(async (id: string, _: unknown, command: Command) => {
        await runCommand(command.optsWithGlobals(), async (context) => {
          const view = await withControl(
            context,
            async (control) => await ask(control, method, { rollout: id }, limited(context))
          )
          if (context.out.isJson) context.out.json(view)
          else for (const line of rolloutRows(view, pageSize(), coloured)) context.out.line(line)
          return EXIT.ok
        })
      })
  }
}

/** Prints the rollout, waits for it when asked, and tells its outcome by the exit code. */
async function conclude(
  context: CommandContext,
  control: Control,
  started: RolloutView,
  isWait: boolean
): Promise<number> {
  const { out } = context
  if (!out.isJson) out.line(started.rollout)
  if (!isWait) {
    if (out.isJson) out.json(started)
    else
      out.say(
        `offered ${started.version} to ${started.devices.length} device(s); 'shoal rollout show ${started.rollout}' follows it`
      )
    return EXIT.ok
  }
  const view = await watch(context, control, started)
  out.settle()
  if (out.isJson) out.json(view)
  return exitCodeOfRollout(view)
}

/** Watches until every device has an outcome or the time is over. */
async function watch(context: CommandContext, control: Control, started: RolloutView): Promise<RolloutView> {
  let view = started
  const signal = limited(context, null)
  const stop = new AbortController()
  const scoped = AbortSignal.any([signal, stop.signal])
  const body = { rollout: view.rollout }
  try {
    for await (const document of followAgain(context, control, 'rollout.watch', body, scoped)) {
      view = document
      context.out.redraw(
        (size, paint) => rolloutRows(document, size, paint),
        (paint) => rolloutNews(document, paint)
      )
      if (view.outcome !== 'running') break
    }
  } catch (error) {
    if (context.signal.aborted) {
      throw new UnreachableError('interrupted', 'no longer waiting; the rollout goes on', {
        cause: error,
        hint: `'shoal rollout show ${view.rollout}' shows it, 'shoal rollout abort ${view.rollout}' stops it`
      })
    }
    // The time is over: what is known now is the answer, and the exit code says that it is not finished.
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
  }
  return view
}

function rolloutTable(rollouts: readonly RolloutView[]): string[] {
  if (rollouts.length === 0) return ['no rollouts']
  return table(
    ['ROLLOUT', 'VERSION', 'ACTION', 'OUTCOME', 'DEVICES', 'STARTED'],
    rollouts.map((view) => [
      view.rollout,
      clean(view.version),
      view.kind === 'rollback' ? 'rollback' : view.action,
      coloured(view.outcome),
      `${view.devices.filter(({ outcome }) => outcome != null).length}/${view.devices.length}`,
      view.createdAt
    ])
  )
}
