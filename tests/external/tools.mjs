// Packages of npm from the folder in which `install` put them.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.env.SENANG_EXTERNAL_FOLDER;
export const require = createRequire(join(folder, "package.json"));

export async function tool(name) {
  return import(pathToFileURL(require.resolve(name)));
}
