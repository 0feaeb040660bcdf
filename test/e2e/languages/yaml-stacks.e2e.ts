import { testLife } from "../engine/life.js";
import { yamlProgram } from "./yaml.js";

testLife(() => yamlProgram());
