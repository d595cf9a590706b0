// node scripts/build-native-package.ts PLATFORM VERSION: the built addons of this platform as one npm package in dist/.
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const [platform, version] = process.argv.slice(2)
if (platform == null || version == null) throw new Error('usage: build-native-package.ts PLATFORM VERSION')
const [os = '', cpu = ''] = platform.split('-')
const dist = join(import.meta.dirname, '../dist')
const folder = join(dist, platform)
mkdirSync(folder, { recursive: true })
const addons = globSync(join(import.meta.dirname, `../native/*/*.${platform}.node`))
if (addons.length === 0) throw new Error(`no addon for ${platform}: npm run build:native`)
for (const addon of addons) copyFileSync(addon, join(folder, basename(addon)))
const manifest = {
  name: `shoal-native-${platform}`,
  version,
  description: 'Prebuilt addons of shoal',
  license: '(MIT OR Apache-2.0)',
  os: [os],
  cpu: [cpu],
  files: ['*.node'],
  repository: { type: 'git', url: process.env['GITHUB_REPOSITORY'] ?? '' }
}
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
execFileSync('npm', ['pack', '--pack-destination', dist, folder], { stdio: 'inherit' })
