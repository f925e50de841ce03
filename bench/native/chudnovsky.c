/*
 * π by the Chudnovskys' series with GMP: the yardstick of our own. Binary splitting without common factors taken out, one
 * square root, one division of operands cut to what the digits need, one conversion to decimal: the steps that ours takes
 * (but for the root, which ours takes as an inverse one), P of the whole range included, because ours goes on from it.
 *
 *   cc -O3 -march=native -o chudnovsky chudnovsky.c -lgmp && ./chudnovsky 1000000
 *
 * Writes the milliseconds from nothing to decimal text, and to stderr those of each step and the last ten digits.
 */
#define _POSIX_C_SOURCE 199309L
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define GUARD 10

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* Terms [from, to) as (P, Q, T). */
static void split(mpz_t p, mpz_t q, mpz_t t, unsigned long from, unsigned long to) {
  if (to - from == 1) {
    unsigned long k = from;
    if (k == 0) {
      mpz_set_ui(p, 1);
      mpz_set_ui(q, 1);
    } else {
      mpz_set_ui(p, 6 * k - 5);
      mpz_mul_ui(p, p, 2 * k - 1);
      mpz_mul_ui(p, p, 6 * k - 1);
      mpz_neg(p, p);
      mpz_set_ui(q, k);
      mpz_mul_ui(q, q, k);
      mpz_mul_ui(q, q, k);
      mpz_mul_ui(q, q, 10939058860032000UL);
    }
    mpz_mul_ui(t, p, 13591409UL + 545140134UL * k);
    return;
  }
  unsigned long middle = from + (to - from) / 2;
  mpz_t p2, q2, t2;
  mpz_inits(p2, q2, t2, NULL);
  split(p, q, t, from, middle);
  split(p2, q2, t2, middle, to);
  mpz_mul(t, t, q2);
  mpz_mul(t2, t2, p);
  mpz_add(t, t, t2);
  mpz_mul(p, p, p2);
  mpz_mul(q, q, q2);
  mpz_clears(p2, q2, t2, NULL);
}

/* Cuts the bits of q and t that the quotient does not need: they have twice as many as its digits are worth. */
static void cut(mpz_t q, mpz_t t, long digits) {
  long needed = (long)((digits + GUARD) * 3.3219281) + 64;
  long surplus = (long)mpz_sizeinbase(t, 2) - needed;
  if (surplus <= 0) return;
  mpz_tdiv_q_2exp(q, q, surplus);
  mpz_tdiv_q_2exp(t, t, surplus);
}

struct times {
  double splitting, root, division, text;
};

/* The decimal digits of π; the caller frees them. */
static char *pi(long digits, struct times *ms) {
  unsigned long terms = (unsigned long)(digits / 14.181647462725477) + 2;
  mpz_t p, q, t, root;
  mpz_inits(p, q, t, root, NULL);
  double began = now_ms();
  split(p, q, t, 0, terms);
  double split_at = now_ms();
  mpz_ui_pow_ui(root, 10, 2 * (digits + GUARD));
  mpz_mul_ui(root, root, 10005);
  mpz_sqrt(root, root);
  double rooted_at = now_ms();
  cut(q, t, digits);
  mpz_mul(q, q, root);
  mpz_mul_ui(q, q, 426880);
  mpz_tdiv_q(q, q, t);
  double divided_at = now_ms();
  char *text = mpz_get_str(NULL, 10, q);
  double written_at = now_ms();
  ms->splitting = split_at - began;
  ms->root = rooted_at - split_at;
  ms->division = divided_at - rooted_at;
  ms->text = written_at - divided_at;
  mpz_clears(p, q, t, root, NULL);
  return text;
}

int main(int argc, char **argv) {
  long digits = argc > 1 ? atol(argv[1]) : 10000;
  if (digits < 10) {
    fprintf(stderr, "usage: chudnovsky [digits]\n");
    return 2;
  }
  struct times ms;
  char *text = pi(digits, &ms);
  printf("%.3f\n", ms.splitting + ms.root + ms.division + ms.text);
  fprintf(stderr, "splitting %.3f, root %.3f, division %.3f, text %.3f; the digits end in %.10s\n", ms.splitting, ms.root,
          ms.division, ms.text, text + digits - 10);
  free(text);
  return 0;
}
