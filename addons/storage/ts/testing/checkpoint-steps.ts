import type { Checkpoints } from '../contract.ts';

/** A call that changes a store. */
export type Step =
  | { readonly op: 'save'; readonly id: string; readonly bytes: Uint8Array }
  | { readonly op: 'remove'; readonly id: string }
  | { readonly op: 'prune'; readonly keep: number }
  | { readonly op: 'reopen' };

/** What a store holds, as a user sees it: bytes by id, in the order of the saves. */
export type Contents = ReadonlyMap<string, Uint8Array>;

export function applied(contents: Contents, step: Step): Contents {
  const next = new Map(contents);
  if (step.op === 'save') {
    next.delete(step.id);
    next.set(step.id, step.bytes);
  } else if (step.op === 'remove') {
    next.delete(step.id);
  } else if (step.op === 'prune') {
    for (const id of [...next.keys()].slice(0, Math.max(0, next.size - step.keep))) next.delete(id);
  }
  return next;
}

/** The store to go on with. */
export function perform(store: Checkpoints, step: Step, reopen: () => Checkpoints): Checkpoints {
  if (step.op === 'save') store.save(step.id, step.bytes);
  else if (step.op === 'remove') store.remove(step.id);
  else if (step.op === 'prune') store.prune(step.keep);
  else {
    store.close();
    return reopen();
  }
  return store;
}

export function contentsOf(store: Checkpoints): Contents {
  return new Map(store.list().map(({ id }) => [id, store.load(id)]));
}

export function sameContents(a: Contents, b: Contents): boolean {
  const [left, right] = [[...a], [...b]];
  return (
    left.length === right.length &&
    left.every(([id, bytes], index) => {
      const [otherId, other] = right[index] as [string, Uint8Array];
      return id === otherId && Buffer.compare(bytes, other) === 0;
    })
  );
}
