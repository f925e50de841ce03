%% The other side: what the files beside this one do, in Erlang/OTP, one scenario per process. The sizes are macros
%% that the bench gives to erlc (sizes.ts, sides.ts); the figures go out as one line of JSON (figures.ts).
-module(otp).
-behaviour(gen_server).
-export([main/1, start_named/0, start_idle/0, start_child/1]).
-export([init/1, handle_call/3, handle_cast/2]).

main(["version"]) ->
    Info = [erlang:system_info(Key) || Key <- [otp_release, version, emu_flavor, schedulers_online]],
    io:format("Erlang/OTP ~s, ERTS ~s, ~s, ~b schedulers~n", Info),
    halt();
main([Scenario]) ->
    ok = logger:set_primary_config(level, none),
    {_, Ref} = spawn_monitor(fun() -> exit({figures, rounds(scenario(Scenario))}) end),
    receive
        {'DOWN', Ref, process, _, {figures, Figures}} -> io:put_chars([json(Figures), $\n]), halt();
        {'DOWN', Ref, process, _, Reason} -> io:format(standard_error, "~p~n", [Reason]), halt(1)
    end.

scenario("kill") -> fun() -> falls(fun kill/1) end;
scenario("crash") -> fun() -> falls(fun crash/1) end;
scenario("backlog") -> fun backlog/0;
scenario("fanOut") -> fan_out();
scenario("calls") -> fun calls/0;
scenario("spawns") -> fun spawns/0;
scenario("mass") -> fun mass/0.

kill(Pid) -> exit(Pid, kill).

crash(Pid) -> gen_server:cast(Pid, crash).

%% --- kill, crash ----------------------------------------------------------------------------------------------

falls(Fell) ->
    Times = lists:append([falls_of_one_supervisor(Fell) || _ <- lists:seq(1, ?SUPERVISORS)]),
    [{median, percentile(0.5, Times)}, {p99, percentile(0.99, Times)}].

falls_of_one_supervisor(Fell) ->
    Child = #{id => victim, start => {?MODULE, start_named, []}},
    Sup = start_supervisor(one_for_one, ?INTENSITY_HIGH, Child),
    Times = [fall(Fell) || _ <- lists:seq(1, ?FALLS_EACH)],
    stop(Sup, shutdown),
    Times.

fall(Fell) ->
    Old = whereis(victim),
    Ref = monitor(process, Old),
    Began = now_us(),
    Fell(Old),
    answer_of_next(Old),
    Took = now_us() - Began,
    receive
        {'DOWN', Ref, process, Old, killed} -> Took;
        {'DOWN', Ref, process, Old, {crash, _}} -> Took
    end.

answer_of_next(Old) ->
    try gen_server:call(victim, who, ?CALL_TIMEOUT_MS) of
        New when New =/= Old -> ok
    catch
        exit:_ ->
            erlang:yield(),
            answer_of_next(Old)
    end.

%% --- backlog --------------------------------------------------------------------------------------------------

backlog() ->
    Self = self(),
    Counter = spawn_link(fun() -> count_down(?MESSAGES, Self) end),
    Send = rate(fun() -> Counter ! tick end),
    {ok, Server} = gen_server:start(?MODULE, {counter, ?MESSAGES, Self}, []),
    Cast = rate(fun() -> gen_server:cast(Server, tick) end),
    stop(Server, kill),
    [{cast, Cast}, {send, Send}].

count_down(0, Parent) -> Parent ! {counted, now_us()};
count_down(Left, Parent) -> receive tick -> count_down(Left - 1, Parent) end.

%% From a process of its own; millions a second.
rate(Send) ->
    Self = self(),
    spawn_link(fun() -> Self ! {began, now_us()}, repeat(?MESSAGES, Send) end),
    receive {began, Began} -> receive {counted, Ended} -> ?MESSAGES / (Ended - Began) end end.

%% --- fan-out --------------------------------------------------------------------------------------------------

fan_out() ->
    Left = atomics:new(1, []),
    Listeners = [start_ok({listener, Left, self()}) || _ <- lists:seq(1, ?IDLE)],
    fun() -> [{all, percentile(0.5, [fan(Listeners, Left) || _ <- lists:seq(1, ?FANS)])}] end.

fan(Listeners, Left) ->
    atomics:put(Left, 1, ?IDLE),
    Began = now_us(),
    lists:foreach(fun(Pid) -> gen_server:cast(Pid, tick) end, Listeners),
    receive {counted, Ended} -> (Ended - Began) / 1000 end.

%% --- calls ----------------------------------------------------------------------------------------------------

calls() ->
    Target = start_ok(idle),
    Caller = start_ok(idle),
    Run = fun(Timeout) -> gen_server:call(Caller, {run, fun() -> calls_in_sequence(Target, Timeout) end}, infinity) end,
    Figures = [
        {process, Run(?CALL_TIMEOUT_MS)},
        {processUntimed, Run(infinity)},
        {outside, calls_in_sequence(Target, ?CALL_TIMEOUT_MS)},
        {outsideUntimed, calls_in_sequence(Target, infinity)}
    ],
    stop(Caller, kill),
    stop(Target, kill),
    Figures.

calls_in_sequence(Target, Timeout) ->
    Began = now_us(),
    repeat(?CALLS, fun() -> Target = gen_server:call(Target, who, Timeout) end),
    (now_us() - Began) / ?CALLS.

%% --- spawns ---------------------------------------------------------------------------------------------------

spawns() ->
    {SpawnUs, Pids} = timed_each(?IDLE, fun() -> start_ok(idle) end),
    Bytes = lists:sum([bytes(Pid) || Pid <- Pids]) / ?IDLE,
    lists:foreach(fun(Pid) -> stop(Pid, kill) end, Pids),
    Sup = start_supervisor(simple_one_for_one, 1, #{id => child, start => {?MODULE, start_idle, []}}),
    Empty = bytes_collected(Sup),
    {ChildUs, Children} = timed_each(?IDLE, fun() -> {ok, Pid} = supervisor:start_child(Sup, []), Pid end),
    Kept = bytes_collected(Sup) - Empty,
    ChildBytes = (lists:sum([bytes(Pid) || Pid <- Children]) + Kept) / ?IDLE,
    stop(Sup, shutdown),
    [{spawnUs, SpawnUs}, {bytes, Bytes}, {childUs, ChildUs}, {childBytes, ChildBytes}].

timed_each(Count, Start) ->
    Began = now_us(),
    Pids = [Start() || _ <- lists:seq(1, Count)],
    {(now_us() - Began) / Count, Pids}.

bytes(Pid) -> element(2, process_info(Pid, memory)).

bytes_collected(Pid) -> garbage_collect(Pid), bytes(Pid).

%% --- mass -----------------------------------------------------------------------------------------------------

mass() ->
    {KillMs, KillDelays} = restart_all(fun kill/1),
    {CrashMs, CrashDelays} = restart_all(fun crash/1),
    [
        {killMs, KillMs},
        {killDelayP99, percentile(0.99, KillDelays)},
        {killDelayMax, lists:max(KillDelays)},
        {crashMs, CrashMs},
        {crashDelayP99, percentile(0.99, CrashDelays)},
        {crashDelayMax, lists:max(CrashDelays)},
        {giveUpAllMs, give_up(?CHILDREN)},
        {giveUpFewMs, give_up(?FEW_FALLS)}
    ].

restart_all(Fell) ->
    {Sup, Children, Left} = family(?INTENSITY_HIGH),
    atomics:put(Left, 1, ?CHILDREN),
    Watch = watch_delay(),
    Began = now_us(),
    lists:foreach(Fell, Children),
    receive {counted, Ended} -> ok end,
    Delays = stop_watching(Watch),
    ?CHILDREN = proplists:get_value(active, supervisor:count_children(Sup)),
    stop(Sup, shutdown),
    {(Ended - Began) / 1000, Delays}.

give_up(Falls) ->
    Before = erlang:system_info(process_count),
    {Sup, Children, _} = family(?INTENSITY_LOW),
    Ref = monitor(process, Sup),
    Began = now_us(),
    lists:foreach(fun kill/1, lists:sublist(Children, Falls)),
    receive {'DOWN', Ref, process, Sup, shutdown} -> ok end,
    Took = now_us() - Began,
    Before = erlang:system_info(process_count),
    Took / 1000.

%% A supervisor, its children, and the counter that tells this process when it is counted down by births.
family(Intensity) ->
    Left = atomics:new(1, []),
    atomics:put(Left, 1, ?CHILDREN),
    Spec = #{id => child, start => {?MODULE, start_child, [{born, Left, self()}]}},
    Sup = start_supervisor(simple_one_for_one, Intensity, Spec),
    Children = [element(2, {ok, _} = supervisor:start_child(Sup, [])) || _ <- lists:seq(1, ?CHILDREN)],
    receive {counted, _} -> {Sup, Children, Left} end.

%% How late a process is that sleeps for 1 ms again and again; milliseconds.
watch_delay() -> spawn_link(fun() -> ticks(now_us(), []) end).

stop_watching(Watch) ->
    Watch ! {stop, self()},
    receive {delays, Delays} -> Delays end.

ticks(Before, Delays) ->
    timer_of_1_ms(),
    Now = now_us(),
    All = [max(0, (Now - Before) / 1000 - 1) | Delays],
    receive {stop, To} -> To ! {delays, All} after 0 -> ticks(Now, All) end.

timer_of_1_ms() -> receive nothing -> ok after 1 -> ok end.

%% --- servers and supervisors ----------------------------------------------------------------------------------

start_named() -> gen_server:start_link({local, victim}, ?MODULE, idle, []).

start_idle() -> gen_server:start_link(?MODULE, idle, []).

start_child(Args) -> gen_server:start_link(?MODULE, Args, []).

start_ok(Args) -> {ok, Pid} = gen_server:start(?MODULE, Args, []), Pid.

start_supervisor(Strategy, Intensity, Child) ->
    Flags = #{strategy => Strategy, intensity => Intensity, period => ?PERIOD_S},
    {ok, Sup} = supervisor:start_link(?MODULE, {supervisor, Flags, [Child]}),
    unlink(Sup),
    Sup.

stop(Pid, Reason) ->
    Ref = monitor(process, Pid),
    exit(Pid, Reason),
    receive {'DOWN', Ref, process, Pid, _} -> ok end.

init({supervisor, Flags, Children}) ->
    {ok, {Flags, Children}};
init({born, Left, Parent} = State) ->
    count_one(Left, Parent),
    {ok, State};
init(State) ->
    {ok, State}.

handle_call(who, _From, State) -> {reply, self(), State};
handle_call({run, Fun}, _From, State) -> {reply, Fun(), State}.

handle_cast(crash, _State) ->
    erlang:error(crash);
handle_cast(tick, {counter, 1, Parent}) ->
    Parent ! {counted, now_us()},
    {noreply, {counter, 0, Parent}};
handle_cast(tick, {counter, Left, Parent}) ->
    {noreply, {counter, Left - 1, Parent}};
handle_cast(tick, {listener, Left, Parent} = State) ->
    count_one(Left, Parent),
    {noreply, State}.

count_one(Left, Parent) ->
    case atomics:sub_get(Left, 1, 1) of
        0 -> Parent ! {counted, now_us()};
        _ -> ok
    end.

%% --- figures --------------------------------------------------------------------------------------------------

now_us() -> erlang:monotonic_time(nanosecond) / 1000.

repeat(0, _) -> ok;
repeat(Count, Fun) -> Fun(), repeat(Count - 1, Fun).

%% One to warm up; then for each figure the value of each round.
rounds(Run) ->
    Run(),
    Rounds = [Run() || _ <- lists:seq(1, ?ROUNDS)],
    [{Figure, [proplists:get_value(Figure, Round) || Round <- Rounds]} || {Figure, _} <- hd(Rounds)].

percentile(Share, Values) -> lists:nth(ceil(Share * length(Values)), lists:sort(Values)).

json(Figures) ->
    Fields = [io_lib:format("\"~s\":[~s]", [Figure, lists:join(",", [number(V) || V <- Values])]) || {Figure, Values} <- Figures],
    [${, lists:join(",", Fields), $}].

number(Value) -> io_lib:format("~w", [Value]).
