/** Shows the widget against the scripted backend: `npm run demo -w widget`. */
import { Backend } from "./backend.ts";
import { Site } from "./site.ts";

const backend = new Backend();
backend.pace = 45;
const app = await backend.start();
const site = await new Site({ app }).start();
console.log(`Open ${site} and ask about prices, “horario”, “weather”, “cut”, “fail”, “limit”, “degraded”.`);
