/** The answer to an invoke; undefined where Azure does not have what was asked for. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof Error && /Status=404|RESPONSE 404|NotFound/.test(error.message)) return undefined;
        throw error;
    }
}
