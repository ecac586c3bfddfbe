/** Waiting for what a test expects, bounded. */

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

export async function until(holds: () => boolean, what: string, within = 5_000): Promise<void> {
  const end = Date.now() + within
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${within} ms: ${what}`)
    await sleep(5)
  }
}
