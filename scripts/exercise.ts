// npm run exercise                 lists the exercises, and says which are solved
// npm run exercise 3               checks exercises/03-…/exercise.ts
// npm run exercise 3 -- --hint     gives the first hint; --hint 2 the second as well
// npm run exercise 3 -- --solution checks the solution instead
import { exerciseCommand } from '../exercises/command.ts';

try {
  process.exitCode = await exerciseCommand(process.argv.slice(2), (line) => console.log(line));
} catch (error) {
  console.error(`exercise: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
