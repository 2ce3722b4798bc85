import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { KEY, launch, ROOT } from './launched.ts';
import { noChromium, openBrowser, SwaggerPage } from './swagger-page.ts';

t.setTimeout(300_000);

const EVENT = { model: { model_name: 'credit-default', model_version: 1 }, client: { id: 1 } };

t.test(
  'both Swagger UIs render in Chromium, and "Try it out" works there',
  { skip: noChromium },
  async (t) => {
    const folder = testFolder(t);
    const screenshots = process.env['BROWSER_SCREENSHOTS'];
    const shoot = async ({ page }: SwaggerPage, name: string) => {
      if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    };
    const [system, browser] = await Promise.all([launch(t, join(folder, 'data')), openBrowser(t)]);

    await t.test('the orchestrator', async (t) => {
      const docs = await SwaggerPage.open(browser, `${system.url}/docs`);
      t.equal(await docs.page.title(), 'Tristore orchestrator');
      const listed = await docs.operations;
      for (const operation of [
        'POST /v1/predictions',
        'POST /v1/outcomes',
        'PUT /v1/features/{view}/{id}',
        'GET /v1/feature-views',
        'GET /health/ready',
      ])
        t.ok(listed.includes(operation), operation);
      await shoot(docs, 'orchestrator');

      const predict = await docs.unfold('POST', '/v1/predictions');
      t.strictSame(
        JSON.parse(await predict.body.inputValue()),
        EVENT,
        "the first design's event is filled in",
      );
      t.strictSame(docs.faults, [], 'nothing fails, and the policy refuses nothing');
      const refused = await predict.execute();
      t.equal(refused.status, '401', 'without a key');
      t.match(refused.body, 'unauthenticated');
      t.strictSame(docs.faults.splice(0), ['401 /v1/predictions']);

      await docs.authorize(KEY);
      const answer = await predict.execute();
      t.equal(answer.status, '200', 'with the key');
      const { probability, ...rest } = JSON.parse(answer.body);
      t.ok(probability > 0 && probability < 1);
      t.match(rest, { model_name: 'credit-default', model_version: '1', missing_features: [] });
      await shoot(docs, 'orchestrator-prediction');

      // every other example can be tried as it stands, too
      const write = await docs.unfold('PUT', '/v1/features/{view}/{id}');
      t.equal(await write.param('view').inputValue(), 'credit-default');
      t.equal(await write.param('id').inputValue(), '501');
      const written = await write.execute();
      t.equal(written.status, '200');
      t.match(JSON.parse(written.body), { written: true, out_of_range: [] });
      for (const [method, path, status] of [
        ['GET', '/v1/features/{view}/{id}', '200'],
        ['POST', '/v1/features/{view}/batch', '200'],
        ['GET', '/v1/feature-views/{view}', '200'],
        ['PUT', '/v1/feature-views/{view}', '201'],
        ['POST', '/v1/outcomes', '202'],
      ] as const)
        t.equal((await (await docs.unfold(method, path)).execute()).status, status, `${method} ${path}`);
      await shoot(docs, 'orchestrator-tried');
      t.strictSame(docs.faults, []);
      t.equal((await system.predict({ ...EVENT, client: { id: 501 } })).status, 200, 'the row was written');
    });

    await t.test('the model server', async (t) => {
      const docs = await SwaggerPage.open(browser, `${system.modelUrl}/docs`);
      t.equal(docs.page.url(), `${system.modelUrl}/v2/docs`, '/docs leads to /v2/docs');
      t.equal(await docs.page.title(), 'Tristore model server');
      t.ok((await docs.operations).includes('POST /v1/models/{model}:predict'));
      await shoot(docs, 'model');
      await docs.authorize(KEY);

      const metadata = await docs.unfold('GET', '/v2/models/{model}');
      t.strictSame(await metadata.params, ['model'], 'no parameter that the path has not');
      t.equal(await metadata.param('model').inputValue(), 'credit-default');
      const described = await metadata.execute();
      t.equal(described.status, '200');
      const [input] = JSON.parse(described.body).inputs;
      const manifest = JSON.parse(
        readFileSync(join(ROOT, 'model-artifacts/credit-default/1/manifest.json'), 'utf8'),
      );
      t.equal(input.parameters.feature_names.length, manifest.signature.features.length);

      const infer = await docs.unfold('POST', '/v2/models/{model}/infer');
      const example = JSON.parse(await infer.body.inputValue());
      t.match(example, { inputs: [{ name: input.name, shape: [1, input.shape[1]] }] });
      const typical = await infer.execute();
      t.equal(typical.status, '200', 'the example is a row that the model takes');
      example.inputs[0].data[input.parameters.feature_names.indexOf('PAY_0')] = 3;
      await infer.body.fill(JSON.stringify(example));
      const late = await infer.execute();
      const scoreOf = ({ body }: { body: string }): number => JSON.parse(body).outputs[0].data[0];
      t.ok(scoreOf(late) > scoreOf(typical), 'three months of delay are a higher risk');

      for (const path of ['/v1/models/{model}:predict', '/v1/models/{model}/labels/{label}:predict'])
        t.equal((await (await docs.unfold('POST', path)).execute()).status, '200', path);
      await shoot(docs, 'model-tried');
      t.strictSame(docs.faults, []);
    });
  },
);
