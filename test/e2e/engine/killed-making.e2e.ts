import { testKills } from "./kills.js";

// A stack that is made from nothing and destroyed. The last round makes it once more.
testKills(["make", "destroy"], ["make", "destroy"], 5);
