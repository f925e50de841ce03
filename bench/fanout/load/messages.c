/*
 * The messages: text of one length with a number and the time of its publishing, found again by its mark wherever a
 * server has wrapped it. A subscriber's numbers may only rise; what was published and did not come is missing.
 */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* "@" number ":" microseconds. */
enum { NUMBER = 10, TIME = 16, MARK = 1 + NUMBER + 1 + TIME };
/* Messages that may be on their way at once; a power of two. */
enum { ON_THE_WAY = 1 << 17, LATENCIES = 1 << 20 };

struct tally tally;

static int publisher = -1;
static int64_t next, first;
static int32_t arrivals[ON_THE_WAY];
static uint32_t latencies[LATENCIES];
static int64_t measured;

void open_publisher(int epoll) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.publish_port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  publisher = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(publisher, (struct sockaddr *)&address, sizeof address) < 0)
    die("nobody to publish to", strerror(errno));
  int on = 1;
  setsockopt(publisher, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &publisher};
  epoll_ctl(epoll, EPOLL_CTL_ADD, publisher, &event);
}

bool is_publisher(const void *source) { return source == &publisher; }

void drop_replies(void) {
  char replies[1 << 14];
  if (recv(publisher, replies, sizeof replies, MSG_DONTWAIT) == 0) die("the publisher was cut off", "");
}

void begin_tally(void) {
  tally = (struct tally){0};
  first = next;
  measured = 0;
  forget_received();
}

void publish(void) {
  char text[256], request[512];
  arrivals[next & (ON_THE_WAY - 1)] = 0;
  int length = snprintf(text, sizeof text,
                        "{\"run\":\"leibniz\",\"at\":\"@%010lld:%016lld\",\"value\":3.1415926386886,"
                        "\"lower\":\"3.141592638688632\",\"upper\":\"3.141592668490955\",\"digits\":8,\"rate\":19000000}",
                        (long long)next, (long long)now_us());
  int count = options.protocol == NCHAN
                  ? snprintf(request, sizeof request,
                             "POST /publish HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s", length,
                             text)
                  : snprintf(request, sizeof request, "%s\n", text);
  if (send(publisher, request, count, MSG_NOSIGNAL) != count) die("could not publish", strerror(errno));
  next += 1;
  tally.published += 1;
}

int64_t newest_message(void) { return next - 1; }

static int64_t digits(const uint8_t *text, int count) {
  int64_t value = 0;
  for (int index = 0; index < count; index += 1) value = value * 10 + (text[index] - '0');
  return value;
}

static void deliver(struct client *client, int64_t message, int64_t published_us, int64_t at_us) {
  if (message <= client->last) {
    tally.disorder += 1;
    return;
  }
  client->last = message;
  if (message < first) return;
  tally.deliveries += 1;
  client->received += 1;
  if (measured < LATENCIES) latencies[measured++] = at_us - published_us;
  if (++arrivals[message & (ON_THE_WAY - 1)] == live_clients()) tally.completed += 1;
}

size_t deliver_marks(struct client *client, const uint8_t *bytes, size_t count, int64_t at_us) {
  const uint8_t *at = bytes, *end = bytes + count;
  while ((at = memchr(at, '@', end - at)) != NULL) {
    if (end - at < MARK) return at - bytes;
    deliver(client, digits(at + 1, NUMBER), digits(at + 2 + NUMBER, TIME), at_us);
    at += MARK;
  }
  return count;
}

static int ascending(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

int64_t latency_us(double share) {
  if (measured == 0) return 0;
  qsort(latencies, measured, sizeof *latencies, ascending);
  return latencies[(int64_t)(share * (measured - 1))];
}
