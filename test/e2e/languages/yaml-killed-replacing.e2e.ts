import { testKilledReplacement } from "../engine/killed-replacement.js";
import { yamlProgram } from "./yaml.js";

testKilledReplacement(() => yamlProgram());
