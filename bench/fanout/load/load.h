/*
 * The load generator of the fan-out bench: one thread, epoll, loopback. It holds the subscribers' connections, publishes
 * through one connection of its own, and so reads both ends of every delivery from one clock.
 */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum protocol { PLAIN, CENTRIFUGAL, SOCKET_IO, SSE, NCHAN };

/* JOINING: hands are shaken, and the server has not said yet that we are subscribed. */
enum state { DIALLING, SHAKING, JOINING, READY, GONE };

struct client {
  int fd;
  enum state state;
  /* What came of something that is not complete yet. */
  uint8_t *carry;
  uint32_t carried;
  /* The newest message it was sent. */
  int64_t last;
  /* Messages of this phase. */
  int64_t received;
};

struct options {
  enum protocol protocol;
  int port;
  int publish_port;
  /* The process whose CPU time is told. */
  int server;
  /* Bytes of SO_RCVBUF; 0 for the system's. */
  int receive_buffer;
};

struct tally {
  int64_t published, completed, deliveries, disorder;
};

extern struct options options;
extern struct tally tally;

/* main.c */
int64_t now_us(void);
void die(const char *what, const char *detail) __attribute__((noreturn));

/* clients.c */
void open_clients(int wanted);
/* Waits for at most so long; false once a line has come on stdin. */
bool turn(int wait_ms);
int live_clients(void);
int gone_clients(void);
/* How many have been sent this message last. */
int clients_at(int64_t message);
void forget_received(void);
/* What was published in this phase and has not come to those who are there. */
int64_t missing_messages(void);
/* Whether clients read what comes. */
void set_reading(bool reading);
void send_bytes(struct client *client, const void *bytes, size_t count);

/* protocols.c */
size_t request_for(char *text, size_t room);
/* How many of the bytes were taken; the others come again with more behind them. */
size_t take(struct client *client, const uint8_t *bytes, size_t count, int64_t at_us);

/* messages.c */
void open_publisher(int epoll);
bool is_publisher(const void *source);
void drop_replies(void);
void begin_tally(void);
void publish(void);
int64_t newest_message(void);
/* Delivers every message whose mark stands in the bytes; returns how many bytes need not come again. */
size_t deliver_marks(struct client *client, const uint8_t *bytes, size_t count, int64_t at_us);
int64_t latency_us(double share);

#endif
