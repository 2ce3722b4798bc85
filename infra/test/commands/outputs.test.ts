import t from 'tap';
import { synthesise } from '../../commands/assembly.ts';
import { OUTPUTS } from '../../lib/outputs.ts';
import { loadStage } from '../../stages/load-stage.ts';
import { STAGE_NAMES } from '../../stages/stage-names.ts';

t.setTimeout(300_000);

t.test('every stage gives the outputs that the commands read, each of them once', async (t) => {
  for (const name of STAGE_NAMES) {
    const { stacks } = await synthesise({ stage: loadStage(name), folder: t.testdir() });
    const ids = stacks.flatMap(({ template }) => Object.keys(template.Outputs ?? {}));
    for (const id of Object.values(OUTPUTS)) {
      const count = ids.filter((one) => one === id).length;
      if (id === OUTPUTS.domainTarget)
        t.ok(count <= 1, `${name}: ${id}, only of a stage with a name of its own`);
      else t.equal(count, 1, `${name}: ${id}`);
    }
  }
});
