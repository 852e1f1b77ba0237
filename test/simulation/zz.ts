import { openDatabase } from './database.ts';
import { startPerson } from './person.ts';
import { drawScene } from './scene.ts';
import { openStage } from './stage.ts';
import { openWorld } from './world.ts';

const database = await openDatabase();
const world = openWorld(1);
const scene = drawScene(world.chance);
const stage = await openStage(database, world, scene, 1);
for (let n = 0; n < scene.workers; n++) stage.addWorker();
startPerson(stage);
for (let i = 0; i < 12; i++) {
  await world.run(() => false, 2000);
  console.log(
    world.now(),
    await database.ledger.query(
      '',
      'select ticks,ticker,vouched_for,ledger.incarnation() from ledger.accounts',
    ),
    await database.ledger.query('', 'select * from ledger.workers'),
  );
}
await database.close();
