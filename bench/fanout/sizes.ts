/** How much of everything the fan-out bench takes; shared by what measures and what reports. */
export const sizes = {
  /** Who gets each message while deliveries are counted, and how often one comes at the calm rate. */
  subscribers: 1_000,
  perSecond: 20,
  /** Messages on their way in the fast one of the closed loops. */
  outstanding: 8,
  /** Resting connections between which the slope of memory is taken. */
  restingFew: 2_000,
  restingMany: 10_000,
  stalled: 50,
  stalledMessages: 60_000,
  stalledPerSecond: 5_000,
  /** Subscribers while the event loop is watched. */
  crowd: 5_000,
  crowdPerSecond: 4,
} as const;
