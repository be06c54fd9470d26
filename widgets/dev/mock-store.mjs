// Conversations of the mock server, in memory. A turn runs by itself, whoever listens, as at the real server.

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { scriptFor } from './mock-answers.mjs';

/** All conversations by id, the owner in each. */
const conversations = new Map();

/** A new, empty conversation. */
export function create(owner) {
  const now = new Date().toISOString();
  const conversation = {
    ...{ id: randomUUID(), owner, title: '', favourite: false, created_at: now, updated_at: now },
    ...{ turns: [], events: [], listeners: new Set(), cuts: 0 },
  };
  conversations.set(conversation.id, conversation);
  return conversation;
}

/** The owner's conversation; `undefined` where there is none, or where it is another's. */
export function find(owner, id) {
  const found = conversations.get(id);
  return found?.owner === owner ? found : undefined;
}

/** Deletes a conversation. */
export function remove({ id }) {
  conversations.delete(id);
}

/** The turn whose answer is on its way. */
export function running(conversation) {
  return conversation.turns.find(({ status }) => status === 'running');
}

/** A conversation as a list shows it. */
export function summary(conversation) {
  const { id, title, favourite, created_at, updated_at, turns, events } = conversation;
  return {
    ...{ id, title, favourite, created_at, updated_at, turns: turns.length },
    ...{ last_seq: events.length, running: running(conversation) !== undefined },
  };
}

/** A conversation with its turns. */
export function whole(conversation) {
  const turns = conversation.turns.map(({ stop, command_id, ...turn }) => turn);
  return { ...summary(conversation), turns };
}

/** A page of the owner's conversations, newest first; empty ones are left out. */
export function list(owner, { q, favourite, after, limit }) {
  const all = [...conversations.values()]
    .filter((one) => one.owner === owner && one.turns.length > 0)
    .filter((one) => !favourite || one.favourite)
    .filter((one) => [one.title, ...one.turns.map((t) => t.question)].some((it) => it.includes(q)))
    .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  const from = Number(after ?? 0);
  const items = all.slice(from, from + limit).map(summary);
  return { items, next: all.length > from + limit ? String(from + limit) : null };
}

/** Takes an event into the conversation and tells everyone who listens. */
function put(conversation, name, data) {
  const event = { seq: conversation.events.length + 1, name, data };
  conversation.events.push(event);
  for (const listener of conversation.listeners) listener(event);
}

/** Begins a turn, or finds the one that the same command began. */
export function ask(conversation, { question, as_of: asOf, command_id: command }) {
  const known = conversation.turns.find((turn) => command && turn.command_id === command);
  if (known) return known;
  const turn = {
    ...{ id: randomUUID(), question, condensed: null, asked_at: new Date().toISOString() },
    ...{ status: 'running', answer: null, feedback: null, command_id: command },
    first_seq: conversation.events.length + 1,
    last_seq: conversation.events.length + 1,
  };
  const earlier = conversation.turns.length > 0;
  // 断20次: the line is cut so often.
  conversation.cuts = Number(/断(\d+)次/.exec(question)?.[1] ?? 0);
  conversation.turns.push(turn);
  conversation.title ||= question.slice(0, 30);
  void run(conversation, turn, scriptFor(question, asOf, earlier), asOf);
  return turn;
}

/** Lets an answer come, piece by piece, until its end or until somebody stops it. */
async function run(conversation, turn, { events, pace }, asOf) {
  const { id, question } = turn;
  const tell = (name, data) => {
    put(conversation, name, data);
    turn.last_seq = conversation.events.length;
    conversation.updated_at = new Date().toISOString();
  };
  tell('accepted', { request_id: 'mock', turn_id: id, question, as_of: asOf });
  let text = '';
  for (const [name, data] of events) {
    if (name === 'delta') {
      await pause(pace);
      text += data.text;
    }
    if (turn.stop) {
      const answer = { ...events[events.length - 1][1], text, citations: [], related: [] };
      Object.assign(turn, { status: 'stopped', answer });
      return tell('done', { id, stopped: true, ...answer });
    }
    if (name === 'condensed') turn.condensed = data.question;
    if (name === 'error') turn.status = 'failed';
    // The answer is stored before it is told.
    if (name === 'done') Object.assign(turn, { status: 'done', answer: data });
    tell(name, name === 'done' ? { id, stopped: false, ...data } : data);
  }
  return undefined;
}

/** Keeps what somebody says of an answer; `false` where the turn is not theirs. */
export function judge(owner, id, feedback) {
  for (const conversation of conversations.values()) {
    const turn = conversation.turns.find((one) => one.id === id);
    if (!turn || conversation.owner !== owner) continue;
    turn.feedback = feedback;
    return true;
  }
  return false;
}
