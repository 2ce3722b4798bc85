import { readFile } from 'node:fs/promises';
import t from 'tap';
import { RUNBOOK_SECTIONS } from '../lib/runbook.ts';
import { automatic, synthesised } from './synthesised.ts';

const runbook = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
/** Sections about alarms, by their heading, which is their anchor too. */
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string] => [section.split('\n', 1)[0] ?? '', section.split(/^## /m, 1)[0] ?? ''])
    .filter(([heading]) => /^[a-z-]+$/.test(heading)),
);

interface Resource {
  Type: string;
  Properties: { AlarmDescription?: string };
}

const stage = await synthesised('prd', automatic);
const alarms = [stage.jobs, stage.retraining, stage.watch, stage.services, stage.data].flatMap(
  ({ template }) =>
    Object.entries(template['Resources'] as Record<string, Resource>).filter(([, { Type }]) =>
      ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].includes(Type),
    ),
);
const pointedAt = alarms.map(([id, { Properties }]) => ({
  id,
  section: /docs\/runbook\.md#([a-z-]+)$/.exec(Properties.AlarmDescription ?? '')?.[1],
}));

t.test('every alarm of a stage points at its section of the runbook', async (t) => {
  t.ok(alarms.length > 20);
  for (const { id, section } of pointedAt) t.ok(sections.has(section ?? ''), `${id}: ${section}`);
});

t.test('the runbook has no section about an alarm that is not made', async (t) => {
  const made = new Set(pointedAt.map(({ section }) => section));
  // an event tells of it, and those of the services' alarms that roll back
  made.add('deployment-rolled-back');
  for (const section of sections.keys()) t.ok(made.has(section), section);
  t.same([...sections.keys()].sort(), [...RUNBOOK_SECTIONS].sort());
});

t.test('every section says what it means and what to do', async (t) => {
  for (const [heading, text] of sections) {
    t.match(text, /\*\*Means\*\*/, heading);
    t.match(text, /\*\*Do\*\*|\*\*do\*\*/, heading);
  }
});

t.test('links inside the runbook lead somewhere', async (t) => {
  const anchors = new Set(
    [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(' ', '-')
        .replaceAll(/[^a-z0-9-]/g, ''),
    ),
  );
  for (const [, anchor = ''] of runbook.matchAll(/\]\(#([^)]+)\)/g)) t.ok(anchors.has(anchor), anchor);
});
