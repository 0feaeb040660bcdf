import { testLife } from "../engine/life.js";
import { yamlProgram } from "./yaml.js";

// The language is the only difference to engine/stacks. Stack prod has most arguments; yaml-killed makes stack dev.
testLife(() => yamlProgram(), ["dcsv2", "dev"]);
