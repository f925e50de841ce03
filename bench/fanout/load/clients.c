/* The subscribers' connections: opened a few at a time, read as they come, counted when they go. */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 12000, AT_ONCE = 64, EVENTS = 256, ROOM = 1 << 18, CARRY = 1 << 16 };

static struct client clients[MOST];
static int opened, ready, gone;
static int epoll = -1;
static bool reads = true;
static uint8_t buffer[ROOM];

static void lose(struct client *client) {
  if (client->state == GONE) return;
  if (client->state == READY) ready -= 1;
  client->state = GONE;
  gone += 1;
  close(client->fd);
  free(client->carry);
  client->carry = NULL;
}

void send_bytes(struct client *client, const void *bytes, size_t count) {
  if (send(client->fd, bytes, count, MSG_NOSIGNAL) != (ssize_t)count) lose(client);
}

static void watch(struct client *client, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = client};
  epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &event);
}

static void dial(struct client *client) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client->fd < 0) die("no socket", strerror(errno));
  int on = 1;
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (options.receive_buffer > 0)
    setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof(int));
  client->state = DIALLING;
  client->last = -1;
  if (connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
    die("no connection", strerror(errno));
  struct epoll_event event = {.events = EPOLLOUT, .data.ptr = client};
  epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event);
}

static void keep(struct client *client, const uint8_t *bytes, size_t count) {
  if (count > CARRY) die("a message that is too long", "");
  if (count > 0 && client->carry == NULL) client->carry = malloc(CARRY);
  if (count > 0) memcpy(client->carry, bytes, count);
  if (count == 0) {
    free(client->carry);
    client->carry = NULL;
  }
  client->carried = count;
}

static void hear(struct client *client, uint32_t events) {
  if (client->state == GONE) return;
  if (client->state == DIALLING) {
    if (events & (EPOLLERR | EPOLLHUP)) die("no connection", "refused");
    char request[512];
    client->state = SHAKING;
    send_bytes(client, request, request_for(request, sizeof request));
    if (client->state != GONE) watch(client, EPOLLIN);
    return;
  }
  /* A reader that has stopped does not look; it hears only that the connection is no more. */
  if (!reads) {
    if (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) lose(client);
    return;
  }
  uint32_t before = client->carried;
  if (before > 0) memcpy(buffer, client->carry, before);
  ssize_t count = recv(client->fd, buffer + before, ROOM - before, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    lose(client);
    return;
  }
  enum state was = client->state;
  size_t all = before + count;
  size_t taken = take(client, buffer, all, now_us());
  if (client->state == GONE) return;
  if (client->state == READY && was != READY) ready += 1;
  keep(client, buffer + taken, all - taken);
}

bool turn(int wait_ms) {
  struct epoll_event events[EVENTS];
  int count = epoll_wait(epoll, events, EVENTS, wait_ms);
  bool quiet = true;
  for (int index = 0; index < count; index += 1) {
    void *source = events[index].data.ptr;
    if (source == NULL) {
      char line[64];
      if (read(STDIN_FILENO, line, sizeof line) <= 0) die("the bench is gone", "");
      quiet = false;
    } else if (is_publisher(source)) {
      drop_replies();
    } else {
      hear(source, events[index].events);
    }
  }
  return quiet;
}

void open_clients(int wanted) {
  if (wanted > MOST) die("too many clients", "");
  if (epoll < 0) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    if (options.publish_port > 0) open_publisher(epoll);
  }
  while (ready + gone < wanted) {
    while (opened < wanted && opened - ready - gone < AT_ONCE) dial(&clients[opened++]);
    turn(1000);
    if (gone > 0) die("a connection was closed before it was ready", "");
  }
}

int live_clients(void) { return ready; }

int gone_clients(void) { return gone; }

int clients_at(int64_t message) {
  int count = 0;
  for (int index = 0; index < opened; index += 1)
    if (clients[index].state == READY && clients[index].last == message) count += 1;
  return count;
}

void forget_received(void) {
  for (int index = 0; index < opened; index += 1) clients[index].received = 0;
}

int64_t missing_messages(void) {
  int64_t missing = 0;
  for (int index = 0; index < opened; index += 1)
    if (clients[index].state == READY) missing += tally.published - clients[index].received;
  return missing;
}

void set_reading(bool reading) {
  reads = reading;
  for (int index = 0; index < opened; index += 1)
    if (clients[index].state != GONE) watch(&clients[index], reading ? EPOLLIN : EPOLLRDHUP);
}
