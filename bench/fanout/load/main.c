/*
 * load <protocol> <port> <publish port> <server's pid> <receive buffer> <phase>…; each phase prints one line of JSON.
 *   open:N        so many clients, all subscribed
 *   settle:MS     nothing but listening
 *   hold          the same until a line comes on stdin
 *   closed:W:MS   W messages on their way, the next when one has reached all
 *   rate:P:MS     P messages a second, whatever becomes of them
 *   stall         clients stop reading
 *   resume:MS     and read again
 */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Nothing arrives for so long: what is missing will not come. */
enum { GIVE_UP_US = 2000000, DEADLINE_S = 120, TICK_US = 10000 };

struct options options;
static bool stalled;

int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

void die(const char *what, const char *detail) {
  fprintf(stderr, "load: %s%s%s\n", what, *detail ? ": " : "", detail);
  exit(1);
}

/* User and system time of a process with all its threads; 0 where nobody asks. */
static int64_t cpu_us(int pid) {
  char path[64], text[1024];
  if (pid <= 0) return 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) die("no such process", path);
  size_t count = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[count] = 0;
  unsigned long user = 0, kernel = 0;
  const char *behind = strrchr(text, ')');
  if (behind == NULL ||
      sscanf(behind, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
    die("unreadable", path);
  return (int64_t)(user + kernel) * TICK_US;
}

static int64_t own_cpu_us(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

static void listen_until(int64_t end_us) {
  for (int64_t now; (now = now_us()) < end_us;) turn((end_us - now + 999) / 1000);
}

static void drain(void) {
  int64_t heard_us = now_us(), before = -1;
  while (!stalled && missing_messages() > 0) {
    turn(10);
    int64_t now = now_us();
    if (tally.deliveries != before) heard_us = now;
    else if (now - heard_us > GIVE_UP_US) return;
    before = tally.deliveries;
  }
}

static void publish_closed(int window, int64_t end_us) {
  int64_t heard_us = now_us(), before = 0;
  for (int64_t now; (now = now_us()) < end_us;) {
    while (tally.published - tally.completed < window) publish();
    turn(50);
    if (tally.deliveries != before) heard_us = now;
    else if (now - heard_us > GIVE_UP_US) return;
    before = tally.deliveries;
  }
}

static void publish_at(int per_second, int64_t began_us, int64_t end_us) {
  for (int64_t now; (now = now_us()) < end_us;) {
    while (began_us + tally.published * 1000000LL / per_second <= now) publish();
    int64_t next_us = began_us + tally.published * 1000000LL / per_second;
    int64_t wait_us = (next_us < end_us ? next_us : end_us) - now_us();
    turn(wait_us <= 0 ? 0 : (wait_us + 999) / 1000);
  }
}

static void run(const char *phase) {
  char name[16] = "";
  int one = 0, two = 0;
  sscanf(phase, "%15[a-z]:%d:%d", name, &one, &two);
  begin_tally();
  int64_t began_us = now_us(), cpu = cpu_us(options.server), own = own_cpu_us();
  if (strcmp(name, "open") == 0) open_clients(one);
  else if (strcmp(name, "settle") == 0) listen_until(began_us + one * 1000LL);
  else if (strcmp(name, "closed") == 0) publish_closed(one, began_us + two * 1000LL);
  else if (strcmp(name, "rate") == 0) publish_at(one, began_us, began_us + two * 1000LL);
  else if (strcmp(name, "stall") == 0) set_reading(!(stalled = true));
  else if (strcmp(name, "resume") == 0) {
    set_reading(!(stalled = false));
    listen_until(began_us + one * 1000LL);
  } else if (strcmp(name, "hold") != 0) die("no such phase", phase);
  double seconds = (now_us() - began_us) / 1e6;
  int64_t deliveries = tally.deliveries, used = cpu_us(options.server) - cpu, busy = own_cpu_us() - own;
  drain();
  printf("{\"phase\":\"%s\",\"seconds\":%.6f,\"clients\":%d,\"gone\":%d,\"published\":%lld,\"deliveries\":%lld,"
         "\"missing\":%lld,\"disorder\":%lld,\"upToDate\":%d,\"p50Us\":%lld,\"p99Us\":%lld,\"serverCpuUs\":%lld,"
         "\"ownShare\":%.3f}\n",
         phase, seconds, live_clients(), gone_clients(), (long long)tally.published, (long long)deliveries,
         (long long)missing_messages(), (long long)tally.disorder, clients_at(newest_message()),
         (long long)latency_us(0.5), (long long)latency_us(0.99), (long long)used, busy / 1e6 / seconds);
  fflush(stdout);
  while (strcmp(name, "hold") == 0 && turn(1000)) continue;
}

int main(int count, char **words) {
  if (count < 6) die("load <protocol> <port> <publish port> <pid> <receive buffer> <phase>…", "");
  static const char *const names[] = {"plain", "centrifugal", "socket.io", "sse", "nchan"};
  int protocol = 0;
  while (protocol < 5 && strcmp(words[1], names[protocol]) != 0) protocol += 1;
  if (protocol == 5) die("no such protocol", words[1]);
  options = (struct options){protocol, atoi(words[2]), atoi(words[3]), atoi(words[4]), atoi(words[5])};
  alarm(DEADLINE_S);
  for (int index = 6; index < count; index += 1) run(words[index]);
  return 0;
}
