import type { Host, Panel } from "./host.ts";
import { PanelDialog } from "./panel-dialog.ts";

export const mount = (host: Host): Panel => new PanelDialog(host);
