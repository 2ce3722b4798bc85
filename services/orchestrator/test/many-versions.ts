import type { Aliases } from '@tristore/common/contracts/aliases.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { REGISTRY } from './registry.ts';

const MANIFEST = 'manifest.json';

/** The committed version of credit-default under several numbers, with aliases that the test moves. */
export class ManyVersions extends FolderRegistry {
  state: Aliases;
  number = 1;
  /** Versions whose manifest is damaged. */
  readonly broken = new Set<string>();
  readonly #numbers: string[];

  constructor(numbers: string[], aliases: Partial<Aliases> & Pick<Aliases, 'champion'>) {
    super(REGISTRY);
    this.#numbers = numbers;
    this.state = {
      shadows: [],
      changed_at: '2026-11-01T00:00:00Z',
      changed_by: 'test',
      reason: 'a test',
      ...aliases,
    };
  }

  override async versions(model: string): Promise<string[]> {
    return (await super.versions(model)).length ? this.#numbers : [];
  }

  override async read(model: string, version: string, file: string): Promise<Uint8Array> {
    const bytes = await super.read(model, '1', file);
    if (file !== MANIFEST) return bytes;
    if (this.broken.has(version)) return Buffer.from('{}');
    const manifest = JSON.parse(Buffer.from(bytes).toString());
    return Buffer.from(JSON.stringify({ ...manifest, model_version: version }));
  }

  override async aliases() {
    return { number: this.number, state: this.state };
  }

  move(aliases: Partial<Aliases>): void {
    this.state = { ...this.state, ...aliases };
    this.number++;
  }
}
