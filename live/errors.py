"""What a room refuses."""

from ground.errors import DomainError, Forbidden, NotFound


class RoomNotFound(NotFound):
    message = "There is no such room."
    next_step = "Go to the home page to see what is live now."


class RoomClosed(DomainError):
    code = "room_closed"
    status = 409
    message = "This room has ended. Nothing was sent and no coins were taken."
    next_step = "Go to the home page to see what is live now."


class ChatClosed(RoomClosed):
    message = "This room has ended. Your message was not sent."


class CommentNotWelcome(Forbidden):
    code = "comment_not_welcome"
    message = "This creator does not take messages from everyone. Yours was not sent."
    next_step = "Watch, listen, or find another room to talk in."


class LikesClosed(RoomClosed):
    message = "This room has ended. It cannot be liked any more."


class OwnRoom(DomainError):
    code = "own_room"
    status = 409
    message = "This is your own room: your own likes do not count."
    next_step = "Like another creator's room."


class CreatorRequired(Forbidden):
    code = "creator_required"
    message = "Only creators can go live."
    next_step = "Become a creator in the studio first."


class NotYourRoom(Forbidden):
    code = "not_your_room"
    message = "This room belongs to another creator."
    next_step = "Open your own room from the studio."


class AlreadyLive(DomainError):
    code = "already_live"
    status = 409
    message = "You are live already, and one room at a time is the rule."
    next_step = "End the room that is open, then start the new one."


class InvalidRoom(DomainError):
    code = "invalid_room"
    status = 400
    message = "This room cannot be opened as described."
    next_step = "Correct the title or the address of the stream."


class EmptyMessage(DomainError):
    code = "message_empty"
    status = 400
    message = "There is nothing in this message."
    next_step = "Write something, then send it."


class MessageTooLong(DomainError):
    code = "message_too_long"
    status = 400
    message = "This message is too long."
    next_step = "Shorten it to 300 characters."


class TooManyMessages(DomainError):
    code = "too_many_messages"
    status = 429
    message = "You are writing faster than people can read."
    next_step = "Wait a few seconds, then send it again."


class InvalidKey(DomainError):
    code = "invalid_idempotency_key"
    status = 400
    message = (
        "The Idempotency-Key header must be 1 to 64 printable characters without spaces. Nothing was sent."
    )
    next_step = (
        "Make a UUID for each message that a person writes, and repeat it only to repeat that message."
    )


class KeyReused(DomainError):
    code = "key_reused"
    status = 409
    message = "This Idempotency-Key already stands for another message. Nothing was sent."
    next_step = "Make a new key for a new message."


class InvalidLikes(DomainError):
    code = "invalid_count"
    status = 400
    message = "Send between 1 and 50 likes at once."
    next_step = "Gather taps for half a second, then send how many there were."


class TooManyLikes(DomainError):
    code = "too_many_likes"
    status = 429
    message = "So many likes at once cannot be counted."
    next_step = "Wait a few seconds, then go on."
