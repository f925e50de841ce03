/* The loops that anybody would write, for the compiler to make the best of: naive <leibniz|basel> <terms> prints ns a term. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double leibniz(long n) {
  double s = 0;
  for (long k = 0; k < n; k++) s += (k & 1 ? -4. : 4.) / (2 * k + 1);
  return s;
}

static double basel(long n) {
  double s = 0;
  for (long k = 1; k <= n; k++) {
    double x = k;
    s += 6 / (x * x);
  }
  return s;
}

int main(int argc, char **argv) {
  if (argc != 3) return 1;
  long n = atol(argv[2]);
  double (*sum)(long) = strcmp(argv[1], "leibniz") == 0 ? leibniz : basel;
  volatile double sink = sum(1 << 20);
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  sink = sum(n);
  clock_gettime(CLOCK_MONOTONIC, &b);
  (void)sink;
  printf("%.6f\n", ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / n);
  return 0;
}
