import { testKills } from "./kills.js";

// A pool is replaced, a Job runs again, tags change.
testKills(["make", "change"], ["change"], 5);
