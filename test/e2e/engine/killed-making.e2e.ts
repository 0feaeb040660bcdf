import { testKills } from "./kills.js";

// 13 of the 25 moments: a stack that is made from nothing and destroyed. The last round makes it once more.
testKills(["make", "destroy"], ["make", "destroy"], 13);
