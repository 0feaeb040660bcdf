// Prints the Debian packages of which the end-to-end tests or the toolchain tests miss a command, for
// `apt-get install`: nothing when nothing is missing.
import { browserCommands, debianCommands, findCommand } from "./toolchain.mjs";

const missing = Object.entries({ ...debianCommands, ...browserCommands }).filter(
    ([command]) => findCommand(command) === undefined,
);
console.log([...new Set(missing.map(([, debianPackage]) => debianPackage))].join(" "));
