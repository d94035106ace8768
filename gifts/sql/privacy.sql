-- Whose gifts are welcome, and whose stand without a name.

-- Refuses what the creators do not want: by one of their rules, or for a block. One refusal for all of it, so that a
-- block is not told. Asked of every batch; where no creator has a rule, accounts_turned_away looks into three indexes.
CREATE FUNCTION gifts_refuse_unwelcome(wishes gifts_wishes, looked gifts_found) RETURNS gifts_found
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    away CONSTANT text[] := accounts_turned_away(wishes.senders, looked.creators, 'gift');
BEGIN
    IF away IS NULL THEN
        RETURN looked;
    END IF;
    looked.refusals := array(
        SELECT coalesce(asked.refusal, CASE WHEN asked.away IS NOT NULL THEN 'not_welcome' END)
        FROM unnest(looked.refusals, away) WITH ORDINALITY AS asked(refusal, away, n) ORDER BY asked.n
    );
    RETURN looked;
END
$$;


-- Which of the senders give without their name, as they have it now; the index holds nobody else.
CREATE FUNCTION gifts_anonymous(senders bigint[]) RETURNS boolean[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    unnamed CONSTANT bigint[] := array(
        SELECT user_id FROM accounts_privacysettings WHERE user_id = ANY (senders) AND gifts_anonymously
    );
BEGIN
    IF unnamed = '{}' THEN
        RETURN array_fill(false, array[cardinality(senders)]);
    END IF;
    RETURN array(
        SELECT sender = ANY (unnamed) FROM unnest(senders) WITH ORDINALITY AS asked(sender, n) ORDER BY n
    );
END
$$;
