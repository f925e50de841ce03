/** All figures of the node at this moment as text, with its media type, for whoever keeps them. */
export type Exposition = () => Promise<{ readonly type: string; readonly text: string }>;
