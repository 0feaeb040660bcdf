/** Refuses the next calls that would be allowed: a role takes its time to reach a data plane. */
export class Refusals {
    private left = 0;

    /** So many calls from now on. */
    set(calls: number): void {
        this.left = calls;
    }

    /** Whether this call is refused. */
    next(): boolean {
        if (this.left === 0) return false;
        this.left--;
        return true;
    }
}
