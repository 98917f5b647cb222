import { expect, test } from 'vitest';
import { parseBackend } from '../../shared/model/backend.ts';
import { LocalMarks } from './localMarks.ts';

const backendOf = (index: number, url = `http://b${index}:1`) => {
  const parsed = parseBackend(url, index);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.backend;
};

test('a mark holds at once, for its URL only, until its time is over', () => {
  let at = 0;
  const marks = new LocalMarks(10, () => at);
  marks.add('a', backendOf(0), 100);
  expect(marks.has('a', backendOf(0))).toBe(true);
  expect(marks.has('a', backendOf(1))).toBe(false);
  expect(marks.has('b', backendOf(0))).toBe(false);
  expect(marks.has('a', backendOf(0, 'http://other:1'))).toBe(false);
  at = 100;
  expect(marks.has('a', backendOf(0))).toBe(false);
  expect(marks.size).toBe(0);
});

test('a read that began after the mark was written knows better; one before does not', () => {
  const marks = new LocalMarks(10, () => 0);
  marks.add('a', backendOf(0), 100);
  marks.settle('a', 5);
  expect(marks.has('a', backendOf(0))).toBe(true);
  marks.landed('a', backendOf(0), 7);
  marks.settle('a', 6);
  expect(marks.has('a', backendOf(0))).toBe(true);
  marks.settle('a', 7);
  expect(marks.has('a', backendOf(0))).toBe(false);
});

test('however many backends die, the number of marks is bounded and the oldest go first', () => {
  const marks = new LocalMarks(100, () => 0);
  for (let i = 0; i < 1000; i++) marks.add(`f${i}`, backendOf(0), 100);
  for (let i = 0; i < 1000; i++) marks.add('wide', backendOf(i), 100);
  expect(marks.size).toBe(100);
  expect(marks.has('f0', backendOf(0))).toBe(false);
  expect(marks.has('wide', backendOf(999))).toBe(true);
});

test('marking the same backend again counts once', () => {
  const marks = new LocalMarks(10, () => 0);
  for (let i = 0; i < 50; i++) marks.add('a', backendOf(0), 100 + i);
  expect(marks.size).toBe(1);
});
