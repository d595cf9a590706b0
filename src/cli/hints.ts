/** What helps, for errors that do not say it themselves: by their code, else by the exit code that they end with. */

import { EXIT, exitCodeOf } from './exit.ts'

const PUBLISH_AGAIN = 'publish again: only what is missing is sent'
const LOOK_HERE = "'shoal doctor' looks at what can be wrong on this machine; 'shoal net' shows its paths"
const NEW_TICKET = "ask an admin for a new ticket: 'shoal ticket'"

const BY_CODE: Readonly<Record<string, string>> = {
  address_invalid:
    'an address looks like /ip4/203.0.113.7/udp/4711/quic-v1 or /dns4/hub.example/udp/4711/quic-v1',
  eacces: 'run it as the user that owns the directory, or name another: --dir DIR',
  eaddrinuse: 'another program has that port: choose another, or end it',
  eaddrnotavail:
    "no interface of this machine has that address: 'shoal up --listen' takes one that it has, 0.0.0.0 is all",
  enospc: 'free space on that file system',
  enotdir: 'a part of the path is a file: choose another directory, --dir DIR',
  backup_damaged: 'take another backup file; this one was cut or changed',
  backup_missing: 'name a file that shoal backup has written',
  boot_failed: "'shoal logs DEVICE' shows what the boot loader said",
  call_ended: 'ask again',
  content_lost: "'shoal publish' the same paths with the same --as brings the content back",
  content_missing: PUBLISH_AGAIN,
  coordinator_lost: "look at the coordinator ('shoal doctor' there); devices keep running meanwhile",
  coordinator_unreachable:
    "is 'shoal up' running on the coordinator, and its port open? 'shoal doctor' here tries to reach it",
  command_too_long: 'give it fewer words, or put them into a file',
  command_missing: 'install it, or have it on PATH; ./setup in a clone installs what shoal needs',
  config_invalid: "'shoal config check' names every fault; docs/operations.md lists the keys",
  device_not_found: "'shoal status' lists the devices; one machine's own directory knows that machine only",
  device_away: "'shoal status' says when it was last seen; its order waits for it",
  directory_missing: 'choose a directory that you may write: --dir DIR',
  disk_full: 'free space on that file system',
  document_expired: 'look at the clocks of both machines; a release or a ticket that is over is made anew',
  document_invalid:
    'it was damaged on its way, or another version of shoal made it: take it again from where it was made',
  document_signature: 'it is of another fleet, or was changed: take it again from where it was made',
  enrol_busy: 'it is tried again by itself',
  forward_failed: "does the service listen there? 'shoal exec DEVICE -- ss -ltn' shows it",
  forward_refused: "the device's config.json must allow it: forwardTo (docs/operations.md)",
  interrupted: 'nothing more was done; what was ordered before goes on',
  lock_failed: 'is the directory on a local disk, and yours?',
  member_expired: 'the member has to join again, with a new ticket',
  member_not_found: "'shoal status' lists the devices",
  member_revoked: "this machine may come back only with a new ticket, in an empty directory: 'shoal join'",
  member_ticket: NEW_TICKET,
  method_unknown: "this directory's role does not answer that: use the directory of an admin, --dir DIR",
  nix_query_failed: 'is it in this store, and is Nix itself well? nix-store --query --requisites PATH',
  not_confirmed: 'add --yes to do it without being asked',
  number: 'write a whole number within the limits',
  path_dead: "'shoal ping DEVICE' shows the path; try again",
  publish_stalled: "publish again: only what is missing is sent; 'shoal ping' shows the path meanwhile",
  release_not_found:
    "'shoal publish PATH' makes one; a release is named by its id, its version or a toplevel",
  remote_shell_off:
    'its owner allows it by "remoteShell": true in the device\'s config.json; ssh --stdio needs its sshd instead',
  request_invalid: 'are both ends of the same version? compare shoal --version',
  revoke_self: 'another admin can do that',
  rollout_ended: "'shoal rollout show ID' shows how",
  serial_taken: NEW_TICKET,
  session_busy: 'end another session first, or try again later',
  session_lost: "'shoal ping DEVICE' says whether it can be reached; begin again",
  speed_hash: 'something between the machines changes bytes: try another network',
  store_path_invalid: 'a path begins with /nix/store/; ./result is resolved to one',
  store_path_missing: "build it first, or look at its spelling; 'nix-store --query PATH' knows what is there",
  subject_not_found: "'shoal status' lists the devices, 'shoal rollout list' the rollouts",
  ticket_expired: `${NEW_TICKET}; and look at this machine's clock`,
  ticket_invalid: 'copy all of it, one line that begins with shoal1; - reads it from stdin',
  ticket_pinned: `${NEW_TICKET}; each of these has one use`,
  ticket_revoked: NEW_TICKET,
  timeout: '--timeout SECONDS waits longer'
}

const BY_EXIT: Readonly<Record<number, string>> = {
  [EXIT.unexpected]: 'this is a bug: please report it, with the lines that follow',
  [EXIT.usage]: "'shoal COMMAND --help' shows how",
  [EXIT.refused]: "'shoal doctor' looks at this machine's membership; the coordinator's log says more",
  [EXIT.unreachable]: LOOK_HERE,
  [EXIT.notFound]: "'shoal status' and 'shoal rollout list' show what there is",
  [EXIT.conflict]: "look at what is there first: 'shoal status', 'shoal rollout list'",
  [EXIT.invalid]: "'shoal COMMAND --help' shows what is taken",
  [EXIT.noRoom]: 'free space on the machine that is named'
}

/** What a person can do about an error. */
export function hintOf(error: unknown, code: string): string | null {
  return (Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined) ?? BY_EXIT[exitCodeOf(error)] ?? null
}
