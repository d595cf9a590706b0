/** Absolute paths of the Nix store, as documents and manifests carry them. */

const STORE_PATH =
  /^\/nix\/store\/[0-9abcdfghijklmnpqrsvwxyz]{32}-(?!\.{1,2}(?:-|$))[0-9a-zA-Z+\-._?=]{1,211}$/

/** True for `/nix/store/<32 of Nix base32>-<name>`, nothing below it, the name as Nix allows it. */
export function isStorePath(path: string): boolean {
  return STORE_PATH.test(path)
}
